/** Figures by counting pairs and thresholds, slowly. @module */

/** Every pair of a good and a bad part. */
export function naiveAuroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let won = 0;
  let pairs = 0;
  for (let i = 0; i < scores.length; i++) {
    for (let j = 0; j < scores.length; j++) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      pairs++;
      if (scores[i] > scores[j]) won += 1;
      else if (scores[i] === scores[j]) won += 0.5;
    }
  }
  return won / pairs;
}

/** Share of the parts with this label whose score is at least the threshold. */
export function shareFrom(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  label: number,
  threshold: number,
): number {
  const some = Array.from(scores).filter((_, i) => labels[i] === label);
  return some.filter((score) => score >= threshold).length / some.length;
}

/** The sum over distinct thresholds, from the highest down, of the gain in recall times the precision. */
export function naiveAveragePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const all = Array.from(scores);
  const bads = Array.from(labels).filter((label) => label === 1).length;
  let sum = 0;
  let recall = 0;
  for (const threshold of [...new Set(all)].sort((a, b) => b - a)) {
    const flagged = all.map((score, i) => [score, labels[i]]).filter(([score]) => score >= threshold);
    const caught = flagged.filter(([, label]) => label === 1).length;
    sum += (caught / bads - recall) * (caught / flagged.length);
    recall = caught / bads;
  }
  return sum;
}
