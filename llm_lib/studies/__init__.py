"""The studies behind the chapters' measurements, each beside a JSON file of its results.

`bottleneck` holds one vector for a sentence against a look back at all states; `decoding` times a
real model with cache and drafts; `counting` is a network that counts letters, and one that can't;
`failures` are trainings that go wrong on purpose, and a healthy
one; `lumi` is the translator that the book ships; `residuals` are translators without the add or
the norm; `schedules` are learning rates, with warm-up and without; `scaling` is the loss against
the size of the model; `stages` asks one model the same after each of its trainings; `variations`
are deep translators, post-norm and pre-norm; and `shipping` turns a finished training into the
folder that the book ships. Run one with `python -m llm_lib.studies.scaling`.
"""
