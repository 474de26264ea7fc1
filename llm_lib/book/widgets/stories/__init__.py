"""The stories of `Walkthrough`, each a picture in scenes.

How to write one, with "attention-row" as the example:

1. `stories/attention_row.js` is the story: `{title, settings, compute, room, poster, scenes,
   print}`, shown by `showStory`. `settings` are the traits that it is computed from,
   `compute(settings)` returns every number that its scenes show, `room(width)` says how high the
   picture is. `poster` is the scene, and its step, that is seen at rest: a full one that does not
   give the answer away.
2. A scene is `{name, steps, say, alt, draw}`. `say(m, k)` is the sentence of its step k, with real
   numbers out of m; `alt(m, k)` the picture in words; `draw(m, room, k)` the picture. A step lasts
   as long as its sentence takes to read. `asIs: true` keeps a scene from being enlarged.
   `scenesOf` (`moving/story.js`) makes scenes from rows [name, steps, draw].
3. A picture is built from pieces (`moving/pieces.js`: chip, vector, matrix, label, bars) that lay
   themselves out in rows, columns and tables (`moving/layout.js`). No coordinates are needed:
   `picture(room, column([chip("t0", "fox"), vector("q0", "query", m.q[0])]))`.
4. The first argument of a piece is its key. What has the same key in two scenes is the same thing,
   and glides; its number changes half-way. `.from(key)` says what a new thing comes out of,
   `.into(key)` what an old one joins, `.late(ms)` when its turn is; `over(piece, draw)` adds arrows
   and frames between pieces.
5. A scene with `edit: true` comes last. In it a number can be changed that is drawn
   `.with({spin: spin("x", [i, j], name)})`, and `choices(m)` gives menus.
6. `stories/attention_row.py` is its class here: the names of the scenes, and the settings as traits
   with `setting=True`, checked. `Walkthrough` finds it by its file's name.
7. Parts of a large story stand in a folder of its name. Look at every scene at 960 and 328 pixels.
"""
