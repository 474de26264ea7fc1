// Advantages in a group of answers, as group_advantages of llm_lib.finetuning has them.

/**
 * How much better each mark is than those of its group, in standard deviations; 0 if all agree.
 * @param {number[]} marks
 */
export function groupAdvantages(marks) {
  const mean = marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  const squares = marks.reduce((sum, mark) => sum + (mark - mean) ** 2, 0);
  const spread = Math.sqrt(squares / (marks.length - 1));
  const agree = marks.every((mark) => mark === marks[0]); // a mean of 0.1, 0.1, 0.1 is not 0.1
  return marks.map((mark) => (agree ? 0 : (mark - mean) / spread));
}
