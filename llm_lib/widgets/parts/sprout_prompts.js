// Prompts of the world that Sprout knows.

/** The model_ref of the book's own model. */
export const SPROUT = "sprout";

/** What Sprout can and can't be asked, for a reader who tries the real world. */
export const SPROUT_KNOWS =
  "Sprout has read nothing but stories and small tasks of its own little world.";

/** @type {[name: string, prompt: string][]} */
export const SPROUT_PROMPTS = [
  ["A story", "By the lake lived Mia, a brave fox. Mia had a"],
  ["Happy or sad?", "User: Happy or sad? Tobi sat alone by the well and cried.\nBot:"],
  ["Spam?", "User: Is this spam? Make money fast with this secret puzzle!\nBot:"],
];
