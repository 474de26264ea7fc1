"""What SmolLM2 makes of real English: recorded runs, which pages show without the model.

Each module measures one thing and writes the file of its name, in the form that
`llm_lib.book.measured.recorded_run` describes; `load_recorded("next_tokens")` reads it. All texts
are read after <|endoftext|>, and with the weights of four bits that the package has. The scores of
`zero_shot`, which are no run of a text, are plain JSON with a loader of their own.

`next_tokens` is what comes next in sentences, and an invented answer; `surprises` what each word
costs; `heads` where six heads look, and what comes next without each; `decoding` the tails, and
texts with each setting. `pronouns`, `country` and `names` follow single heads, `sink` what the
first token takes. `sentences` is what these read, and `command` how each is run.

Run one with `python -m llm_lib.book.studies.real_english.next_tokens`.
"""
