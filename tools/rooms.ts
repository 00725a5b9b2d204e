/** The rooms of `lib/`, in the order in which they may import each other. @module */

/** From the values that flow down to the app: a file imports its own room and those above it. */
export const ROOMS: Readonly<Record<string, string>> = {
  "base/tensor": "arrays with a dtype, a shape and a unit: the brand and the only casts; random numbers",
  "": "the values that flow, the glossary, stages and their composition",
  "base/text": "words for people: errors, progress, spelling",
  "base/io": "files, hashes, listings",
  "base/planes": "linear maps of planes of values",
  "base/workers": "threads as functions",
  "engine/graph": "ONNX graphs as data, their shapes, gradients and files",
  "engine/session": "the ONNX runtime, which nothing else imports",
  "engine/train": "a training step as one graph, and its repetition",
  "picture/align": "where a part lies in its picture, by phase correlation",
  "picture/image": "decoding, resizing and encoding pictures",
  "picture/segment": "segment maps: reading, checking and making them",
  "picture/change": "changes of a picture, generated defects among them",
  "picture/plausible": "whether a picture can be one of the part at all",
  "picture/data": "data sets: readers of their layouts, splits, masks",
  "picture/stand_in": "the drawn data set",
  "method/backbone": "networks that turn pictures into feature maps",
  "method/learn": "the one contract of all that is fitted, and what fits share",
  "method/detect": "detectors, a folder each, and their table",
  "method/classify": "supervised classifiers, and their table",
  "method/pretrain": "pre-training of backbones on pictures",
  "method/stats": "statistics of maps over segments",
  "method/features": "sets of named columns",
  "method/evidence":
    "what is known of a picture beside the statistics of its maps, as blocks of columns for a linear judge",
  "method/forest": "the boosted random forest and its reasons",
  "method/evaluate": "how good scores are, thresholds, comparisons",
  "method/regression": "a regularised logistic regression over columns, solved to convergence",
  "method/judge":
    "what makes one score of all that is known of a picture: forest, regression, own scores, several together",
  "product/experiment": "what a pipeline file says, who does what, results: no effects",
  "product/model": "the models of a run, and scoring with them",
  "product/export": "a model as one ONNX graph with a certificate, and programs that check it",
  "product/decide": "thresholds of a model, set anew on scores that it keeps",
  "product/run":
    "a run, from a pipeline file to its folder: `pictures/` that it is of, `plan/` of tasks, `steps/` that do them, by other machines too (`fleet/`), into a `cache/`; `judge/` scores the parts, `folder/` is what is left",
  "product/make": "one thing from a folder: a model, a backbone, segment maps",
  "product/drift": "whether parts that come are still like the good training parts",
  "product/station": "projects, their pictures, decisions and versions of models, kept so that a kill loses nothing",
  "product/published": "the published code of SegAD repeated bit for bit",
  "product/report": "tables and the report",
  "product/verdict": "verdicts on pictures for people and services: reasons for operators, drawings, plain data",
  "app/queue":
    "work handed out to other processes and machines, over Redis; `redis/` alone knows BullMQ and the network",
  "app/cli":
    "the command line, the only room that knows Deno and a terminal: `options/` say what may be typed, `commands/` do it",
  "app/page": "the browser page of an exported model, whose runtime has a lock of its own",
  "app/serve": "the service: its API, its page, what it watches and tells",
};
