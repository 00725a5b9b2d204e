/** What the figures mean and what to do next: the part of a report that explains itself. @module */
import { type Markup, markup } from "./markup.ts";
import type { ReportInput } from "./report_input.ts";

/** What a process engineer can do about what the pictures and charts show. */
export function nextSteps({ rows }: Pick<ReportInput, "rows">): Markup {
  return markup`<div class="advice"><div><h3>A bad part was missed</h3>
<ol>
<li>Look at the part itself. If its label is wrong, correct the label and run again: a few wrong labels cost more than any setting.</li>
<li>The map glows at the defect, and yet the part passed: the detector sees it and the forest does not mind. Add a few bad parts of
this kind to the training set, or give the place a segment of its own, so that it is not measured together with a noisy neighbourhood.</li>
<li>The map is dark at the defect: no detector sees it. Add a detector or another backbone, use larger pictures, or change the light.
Check that the defect is visible in the photo at this size at all.</li>
<li>Parts of an unseen kind are missed more often than others: rely on detectors that learn from good parts alone, and collect
examples of the kind.</li>
</ol></div>
<div><h3>A good part was flagged</h3>
<ol>
<li>Check the label first, as above.</li>
<li>The map glows at something that is allowed (a reflection, a small scratch): add good parts that show it to the training set of the
detectors. They can only know the variation that they have seen.</li>
<li>The map glows where no defect can matter (background, a label that changes): give that place its own segment, or leave it out
of the segment map.</li>
<li>Many good parts are flagged since a certain day: look for what changed (light, focus, position, supplier) before the threshold is moved.</li>
</ol></div>
<div><h3>Choosing the threshold</h3>
<p>The score is not the decision. In the histograms, moving the threshold left finds more bad parts and flags more good ones; the ROC curve
says how many of each. Choose it by what a missed part costs against what a second look at a good part costs, on parts that took part in
no training, and check it again on the first weeks of production.</p>
${
    rows.some((row) => row.aurocUnseen) &&
    markup`<p>Compare “AUROC unseen” with “Cl. AUROC”: where it is much lower, the method has learned the known defects rather than what a good
part looks like, and a new kind of defect will slip through.</p>`
  }</div></div>`;
}

/** How each number of the report is defined. */
export function definitions({ seeds, rows }: Pick<ReportInput, "seeds" | "rows">): Markup {
  return markup`<dl class="terms">
<div><dt>Score</dt><dd>One number a part, higher is more likely bad. For a detector alone it is the detector's own (PatchCore: a distance to the
nearest good patches); for SegAD it is the raw output of the boosted forest (log-odds). Scores of different methods cannot be compared, their
order can.</dd></div>
<div><dt>Cl. AUROC ↑</dt><dd>Classification AUROC: the share of all pairs of a bad and a good part in which the bad one has the higher score;
equal scores count half. 50 is chance, 100 is a perfect order. It needs no threshold.</dd></div>
<div><dt>FPR@95TPR ↓</dt><dd>The share of good parts that are flagged where 95 % of the bad ones are found. The threshold is the 5 % quantile
(linear rule) of the scores of the bad test parts; a good part is flagged where its score is equal or higher.</dd></div>
<div><dt>AU-PR ↑</dt><dd>Average precision: the precision at the score of each bad part, averaged. It depends on the share of bad parts in the test set,
so compare it only on the same test set.</dd></div>
<div><dt>F1-max ↑</dt><dd>The highest F1 (2 · precision · recall / (precision + recall) of the bad parts) that any threshold reaches. That
threshold is chosen on the test parts themselves, so it is an upper bound, and where most parts are bad it is high by itself.</dd></div>
${
    rows.some((row) => row.pixelF1) &&
    markup`<div><dt>AUPRO ↑</dt><dd>The share of each defect that is flagged, averaged over the defects, while up to 30 % of the good pixels are
flagged: the area under that curve over 0.3. A small defect counts as much as a large one.</dd></div>
<div><dt>SegF1 ↑</dt><dd>F1-max over the pixels of all test parts: of the pixels flagged at the best threshold.</dd></div>`
  }
${
    rows.some((row) => row.aurocLeftOut) &&
    markup`<div><dt>AUROC of kinds left out ↑</dt><dd>Each kind of defect is left out of the training in turn, and its bad parts are judged
against good ones that were not learned from either; the mean over the bad parts. It says what would be found of a kind that nobody has
seen. Kinds are the folders of the bad parts or a column of a table, or else clusters of bad parts that look alike.</dd></div>`
  }
<div><dt>AUROC unseen ↑</dt><dd>The AUROC of the good parts against those bad parts alone whose kind of defect is in no training set.</dd></div>
${
    rows.some((row) => row.paper) &&
    markup`<div><dt>In the paper</dt><dd>What the paper reports for the row, on its own data and with its own backbone. It says what to expect of the
method; on other data, the stand-in among them, the figures cannot be compared one by one.</dd></div>`
  }<div><dt>Mean ± std</dt><dd>${
    seeds.length > 1
      ? `Mean and standard deviation (of the population, as numpy's default) over ${seeds.length} seeds (${
        seeds.join(", ")
      }).`
      : "This run has one seed, so there is no spread."
  } A seed decides which parts train the detectors and which the forest, and everything random in the training; the spread says how much of a
difference is luck. It says nothing about how another test set would turn out.</dd></div>
<div><dt>n good, n bad</dt><dd>Parts of the test set that were scored. With 100 bad parts, 95 % TPR hangs on 5 of them: small test sets give coarse
figures whatever the spread over seeds.</dd></div>
<div><dt>★</dt><dd>The best figure of its table, as printed, where it is better than all others beyond chance: by AUROC with
DeLong's test at 5 %, corrected for all comparisons; by FPR@95TPR where the intervals do not meet. Other figures carry none.</dd></div>
<div><dt>Histograms</dt><dd>Number of test parts a score. The outermost bars also hold the few scores beyond the axis (at most 0.5 % of all parts at either end).</dd></div>
<div><dt>Maps</dt><dd>An anomaly map says how strange each pixel is, in the detector's own unit. The colours run over the range below each map; at or below its lower end the
photo is untouched.</dd></div>
</dl>
<p class="soft">Definitions follow “Supervised Anomaly Detection for Complex Industrial Images” (SegAD, CVPR 2024), Sec. 5, and the evaluation that was published with it.</p>`;
}
