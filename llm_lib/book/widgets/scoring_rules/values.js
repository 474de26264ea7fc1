// What each rule makes of the log probabilities of some answers.

/** @typedef {"acc" | "acc_per_token" | "acc_norm" | "acc_bytes" | "acc_mutual_info"} RuleName */
/** @typedef {{ question: string, choices: string[], answer: number }} ScoredQuestion */
/**
 * @typedef {object} ScoredForm
 * @property {string} name
 * @property {boolean} letters whether the letters were scored, and not the answers' words
 * @property {string} prompt with {question} and {options} in it
 * @property {string} option with {letter} and {choice} in it
 * @property {string} between two options
 * @property {string} examples what stands before the question
 * @property {number[][]} sums of log p, for each question and answer
 * @property {number[][]} tokens
 * @property {number[][]} unasked the sums without the question
 */

export const LETTERS = "ABCDEFGHIJ";

/** @type {[value: RuleName, label: string][]} */
export const RULE_NAMES = [
  ["acc", "sum"],
  ["acc_per_token", "per token"],
  ["acc_norm", "per character"],
  ["acc_bytes", "per byte"],
  ["acc_mutual_info", "minus unasked"],
];

/**
 * By what the sum of an answer is divided, or what is taken from it.
 * @param {ScoredForm} form
 * @param {RuleName} rule
 * @param {number} i the question
 * @param {number} k the answer
 * @param {string} answer its text
 */
export function measureOf(form, rule, i, k, answer) {
  if (rule === "acc_per_token") return form.tokens[i][k];
  if (rule === "acc_norm") return Array.from(answer).length;
  if (rule === "acc_bytes") return new TextEncoder().encode(answer).length;
  return rule === "acc_mutual_info" ? form.unasked[i][k] : 1;
}

/**
 * What is scored after the prompt: the answers, or their letters.
 * @param {ScoredQuestion} question
 * @param {ScoredForm} form
 */
export const scoredTexts = ({ choices }, { letters }) =>
  letters ? Array.from(LETTERS.slice(0, choices.length)) : choices;

/**
 * What the model reads.
 * @param {ScoredQuestion} question
 * @param {ScoredForm} form
 */
export function promptOf({ question, choices }, { prompt, option, between, examples }) {
  const options = choices.map((choice, k) =>
    option.replace("{letter}", LETTERS[k]).replace("{choice}", choice)
  );
  const asked = prompt.replace("{question}", question).replace("{options}", options.join(between));
  return examples + asked;
}

/**
 * The value of each answer by a rule, and which answer has the largest: of equal ones, the first.
 * @param {ScoredQuestion[]} questions
 * @param {ScoredForm} form
 * @param {RuleName} rule
 */
export function chooseAll(questions, form, rule) {
  const values = questions.map((question, i) =>
    scoredTexts(question, form).map((answer, k) => {
      const [sum, measure] = [form.sums[i][k], measureOf(form, rule, i, k, answer)];
      return rule === "acc_mutual_info" ? sum - measure : sum / measure;
    })
  );
  return { values, chosen: values.map((row) => row.indexOf(Math.max(...row))) };
}
