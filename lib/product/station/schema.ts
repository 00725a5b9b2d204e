/** The tables of a station. A step is never changed once it has been released: what comes later is one more. @module */

/** The steps from an empty file to the newest form; `PRAGMA user_version` counts those that were taken. */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE project (
    name TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    created TEXT NOT NULL,
    active INTEGER REFERENCES version (id)
  ) STRICT;

  CREATE TABLE part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('upload', 'folder', 'watch', 'api', 'run')),
    role TEXT NOT NULL CHECK (role IN ('training', 'judged')),
    label TEXT CHECK (label IN ('good', 'bad')),
    kind TEXT,
    control INTEGER NOT NULL DEFAULT 0,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    added TEXT NOT NULL,
    labelled_at TEXT,
    labelled_by TEXT,
    verdict INTEGER REFERENCES verdict (id),
    UNIQUE (project, sha256)
  ) STRICT;
  CREATE INDEX part_label ON part (project, role, label);

  CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('run', 'train', 'learn')),
    state TEXT NOT NULL CHECK (state IN ('candidate', 'active', 'accepted', 'discarded')),
    parent INTEGER REFERENCES version (id),
    created TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    run TEXT NOT NULL,
    facts TEXT NOT NULL,
    UNIQUE (project, number)
  ) STRICT;

  CREATE TABLE verdict (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    part INTEGER NOT NULL REFERENCES part (id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version (id),
    at TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    score REAL,
    decision TEXT NOT NULL CHECK (decision IN ('good', 'review', 'bad', 'unread', 'not_judged')),
    threshold REAL NOT NULL,
    review REAL,
    reason TEXT NOT NULL,
    milliseconds REAL NOT NULL,
    more TEXT NOT NULL
  ) STRICT;
  CREATE INDEX verdict_part ON verdict (part, id);
  CREATE INDEX verdict_project ON verdict (project, id);

  CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('train', 'learn', 'import', 'compare')),
    state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'done', 'failed', 'interrupted')),
    spec TEXT NOT NULL,
    begun TEXT NOT NULL,
    ended TEXT,
    error TEXT,
    version INTEGER REFERENCES version (id),
    lines TEXT NOT NULL
  ) STRICT;

  CREATE TABLE watch (
    project TEXT PRIMARY KEY REFERENCES project (name) ON DELETE CASCADE,
    path TEXT NOT NULL,
    after TEXT NOT NULL CHECK (after IN ('move', 'mark', 'leave')),
    settle INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE watched (
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified REAL NOT NULL,
    verdict INTEGER REFERENCES verdict (id),
    decision TEXT NOT NULL,
    error TEXT,
    put_away INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, path, size, modified)
  ) STRICT;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    project TEXT NOT NULL,
    kind TEXT NOT NULL,
    part INTEGER,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_part ON event (part) WHERE part IS NOT NULL;

  CREATE TABLE sight (id TEXT PRIMARY KEY, columns TEXT NOT NULL) STRICT;

  CREATE TABLE seen (
    part INTEGER PRIMARY KEY REFERENCES part (id) ON DELETE CASCADE,
    sight TEXT NOT NULL REFERENCES sight (id),
    row BLOB NOT NULL,
    scores TEXT NOT NULL
  ) STRICT;

  CREATE TABLE rescored (
    version INTEGER NOT NULL REFERENCES version (id) ON DELETE CASCADE,
    part INTEGER NOT NULL REFERENCES part (id) ON DELETE CASCADE,
    score REAL NOT NULL,
    PRIMARY KEY (version, part)
  ) STRICT;

  CREATE TABLE threshold (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    threshold REAL NOT NULL,
    review REAL,
    was REAL NOT NULL,
    was_review REAL
  ) STRICT;

  CREATE TABLE look (sha256 TEXT PRIMARY KEY, look TEXT NOT NULL, thumbnail BLOB NOT NULL) STRICT;

  CREATE TABLE cursor (name TEXT PRIMARY KEY, event INTEGER NOT NULL) STRICT;
  `,
  `
  CREATE INDEX verdict_at ON verdict (project, at);

  CREATE TABLE measured (
    verdict INTEGER PRIMARY KEY REFERENCES verdict (id) ON DELETE CASCADE,
    measures TEXT NOT NULL
  ) STRICT;

  CREATE TABLE alarm (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    message TEXT NOT NULL,
    found TEXT NOT NULL,
    seen_at TEXT,
    seen_by TEXT
  ) STRICT;
  CREATE INDEX alarm_project ON alarm (project, id);

  CREATE TABLE drift_look (version INTEGER PRIMARY KEY REFERENCES version (id) ON DELETE CASCADE, last INTEGER NOT NULL) STRICT;
  `,
];
