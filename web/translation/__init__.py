"""The book in other languages: what is translated, how it gets onto the pages, and what is missing.

Per language there are catalogues in gettext's form, in `locale/<language>/LC_MESSAGES/`: one a page
that is translated, by its name, and `words.po` for the words of frame, widgets and library. English
is the key; what a catalogue lacks stays English.

- `catalogues`: reads them, and says a text in a page's language
- `pages`: the Sphinx extension that builds a book in one of the languages
- `messages`: the paragraphs of a page, what is missing or older than its source, and the command
  that brings a catalogue up to date
- `versions`: joins the site of a language to the English one
"""
