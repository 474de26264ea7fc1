"""The book to take along, as one PDF and one EPUB: ``python -m web.portable pdf epub``.

Both are made of the site as it was built; nothing is executed again. `still` opens each page in a
browser and keeps what needs no script: formulas set, figures and pictures drawn, walkthroughs as
strips of their key scenes, every other widget photographed. `pdf` prints that page by page and
`join` makes one file of it; `epub` packs it. `check_pdf` and `check_epub` look at what came out.
"""
