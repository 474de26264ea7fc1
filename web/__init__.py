"""What turns the notebooks into a self-contained site: build, serve, Sphinx extension, styles.

Run from the repository's root: ``python -m web.build``, ``python -m web.serve``,
``python -m web.notebooks check``. Not part of the installed `llm_lib` package: readers of
the library need none of it.
"""

import sys

# jsonschema, which nbformat imports, can check addresses by a grammar of theirs, and makes its 38
# parsers at each start: two seconds for something that no notebook needs
sys.modules.setdefault("rfc3987_syntax", None)
