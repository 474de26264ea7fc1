"""The studies behind the chapters' measurements, each beside a JSON file of its results.

`counting` asks one network for letters, with words cut in three ways; `bottleneck` holds one vector
for a sentence against a look back at all states; `decoding` times a real model with cache and
drafts; `failures` are trainings that go wrong on purpose, and a healthy one; `schedules` are
learning rates, with warm-up and without; `scaling` is the loss against the size of the model;
`variations` are translators with one change each; and `shipping` turns a finished training into the
folder that the book ships. Run one with `python -m llm_lib.studies.scaling`.
"""
