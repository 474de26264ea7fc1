"""The studies behind the chapters' measurements, each beside a JSON file of its results.

`bottleneck` holds one vector for a sentence against a look back at all states; `decoding` times a
real model with cache and drafts; `failures` are trainings that go wrong on purpose, and a healthy
one; `schedules` are learning rates, with warm-up and without; `scaling` is the loss against the
size of the model; `stages` asks one model the same after each of its trainings; `variations` are
translators with one change each; and `shipping` turns a finished training into the folder that the
book ships. Run one with `python -m llm_lib.studies.scaling`.
"""
