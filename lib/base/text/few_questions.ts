/**
 * Imported before arktype where schemas are asked a few times alone: making a function of each, and of all that arktype
 * knows itself, takes a third of the time in which it loads, and pays only from thousands of questions on.
 * @module
 */
import { configure } from "arktype/config";

configure({ jitless: true });
