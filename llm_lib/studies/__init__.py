"""Measurements that the chapters show: each module makes one again, the JSON beside it holds it.

`failures`, trainings that go wrong on purpose; `scaling`, the loss against the size of the model;
`variations`, the translator with one thing changed at a time; and `shipping`, from a finished
training to the folder that the book ships. Run one with `python -m llm_lib.studies.scaling`.
"""
