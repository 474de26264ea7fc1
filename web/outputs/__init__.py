"""What the chapters show, stored beside them, so that nobody has to run a chapter to read its page.

`chapters/outputs/NN_name.json` holds all outputs of a chapter: texts, HTML, pictures, figures and
the state of its widgets, without the widgets' own scripts, and without anything that differs
between two runs. It also says what the run depended on: the chapter's code, and the files of
`llm_lib` that were loaded or read. While those are what they were, the outputs belong to the
chapter, and the build takes them; else it runs the chapter.

The way of a page: `execute` runs it, with `recording` in its kernel; `stable` makes of what came
out what can be stored, `stored` reads and writes the file, `depends` tells whether it belongs to
the chapter, `onto_page` puts it on the page. `compare` holds a new run against what is stored.
"""
