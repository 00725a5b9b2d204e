/** The files of the page as they are served, and what the browser may do with them. @module */
import { SCRIPT, STYLE } from "./page.generated.ts";

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SegAD station</title>
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page/style.css">
<script type="module" src="/page/script.js"></script>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`;

const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/>
<path d="M4 5h8M4 8h8M4 11h4" stroke="#fff" stroke-width="1.6"/><circle cx="11" cy="11" r="1.8" fill="#ffb02e"/></svg>
`;

/** All files of the page by their paths. */
export const PAGE_FILES: Readonly<Record<string, PageFile>> = {
  "/": { type: "text/html; charset=utf-8", text: HTML },
  "/page/script.js": { type: "text/javascript; charset=utf-8", text: SCRIPT },
  "/page/style.css": { type: "text/css; charset=utf-8", text: STYLE },
  "/page/icon.svg": { type: "image/svg+xml", text: ICON },
};

/**
 * Headers that go with each file: nothing from elsewhere is loaded or sent, no code in the page itself is run, no other page
 * may frame it, and a newer version is asked for at each visit.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};
