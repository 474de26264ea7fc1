"""The studies behind the chapters' measurements, each beside a JSON file of its results.

`counting` asks one network for letters, with words cut in three ways; `bottleneck` holds one vector
for a sentence against a look back at all states, and `bottleneck_sizes` turns its size, its cell
and its training; `far_word` puts the same question to counts, a window, an RNN and attention;
`who_saw` reads texts that move and stretch, with positions of four kinds; `lumi` is the translator
that the book ships, and `residuals` are translators without the add or the norm; `variations` are
deep translators, post-norm and pre-norm; `scaling` is the loss against the size of the model;
`failures` are trainings that go wrong on purpose, and a healthy one; `broken_loaders` are trainings
on five loaders with a fault, and on the same ones mended; `schedules` are learning rates, with
warm-up and without; `stages` asks one model the same after each of its trainings, and
`tuning_steps` during them; `decoding` times a real model with cache and drafts; `smollm2_heads`
finds its induction heads and switches them off; `answer_features` are what that model holds of some
questions, to be probed; `few_labels` classifies such questions from few examples, by counted words
and by the model's features, and `how_much_to_train` by training a block of it, all of it, or a new
model; `answering` tunes with and without the answer's mask and the stop token, `ranks` by LoRA of
each rank and in full; `preferring` likes short stories, with each β; `rewards` are trainings on
marks; `evaluating` asks one model 40 questions in nine forms, `rivals` are its copies, rounded or
shown half of them, and `contamination` trains on test questions; `recall` asks five kinds of
attention what stood behind a key, `four_experts` watches a small mixture with and without balance,
and `modern_parts` trains a small GPT on its way to a modern one; `shell_game` is what `thinking`
learns at once and thought aloud, and `thinking_rewards` from a checker; `real_english` are what
SmolLM2 makes of ordinary texts; `faster` is the log of one training made faster; `my_gpt_speed`
times a reader's own file beside the library; `adapting` makes the adapters that the book ships, and
`shipping` turns a finished training into such a folder. Run one with `python -m
llm_lib.book.studies.scaling`.
"""
