/** What scoring by workers loads, and scoring by this process does not. @module */
export { scoreOnFleet } from "../../product/run/fleet/score_on_fleet.ts";
