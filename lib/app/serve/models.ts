/** The models that judge, one a project, loaded and exchanged while parts come in. @module */
import { openScorer, type Scorer, type ScorerOptions } from "../../product/model/scorer.ts";
import { watcherOf } from "../../product/drift/watched.ts";
import { sightOf } from "../../product/model/rejudge.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { findProject, listProjects } from "../../product/station/projects.ts";
import { findVersion, type Version } from "../../product/station/versions.ts";
import { ConflictError, type Station } from "../../product/station/station.ts";
import { ServiceError } from "./http/errors.ts";

/** A model in the place of a project's. */
export interface LoadedModel {
  readonly project: string;
  readonly version: Version;
  readonly scorer: Scorer;
  /** How it sees pictures; see `sightOf`. */
  readonly sight: string;
  /** What is watched of its parts; undefined of models that do not know what good parts look like. */
  readonly watch?: ReturnType<typeof watcherOf>;
}

/** A model that is not freed before it is given back. */
export interface Lease {
  readonly model: LoadedModel;
  release(): void;
}

/** How it stands with the model of a project. */
export interface ModelState {
  readonly project: string;
  /** Its number in the project. */
  readonly version: number;
  readonly state: "loading" | "ready" | "failed";
  readonly error?: string;
}

/** The models of all projects. */
export interface Models {
  /** How it stands with each. */
  states(): readonly ModelState[];
  /**
   * The model that judges parts of a project; waits while it is loaded.
   *
   * @throws {ServiceError} where it cannot be loaded
   * @throws {ConflictError} where the project has none yet
   */
  lease(project: string): Promise<Lease>;
  /** Loads what is active now in place of what judged; parts in hand end with the model that they began with. */
  refresh(project: string): Promise<void>;
  /** Frees the model of a project that is no more. */
  forget(project: string): Promise<void>;
  /** Loads the models of all projects. */
  loadAll(): Promise<void>;
  close(): Promise<void>;
}

interface Place {
  readonly version: Version;
  readonly loaded: Promise<LoadedModel>;
  /** How many have it in use. */
  leases: number;
  /** Called when the last of these gives it back. */
  free?: () => void;
  state: ModelState["state"];
  error?: string;
}

export function openModels(station: Station, options: ScorerOptions): Models {
  const places = new Map<string, Place>();

  function load(project: string): Place | undefined {
    const { active } = findProject(station, project);
    if (active === null) return void places.delete(project);
    const version = findVersion(station, active);
    const place: Place = {
      version,
      state: "loading",
      leases: 0,
      loaded: openScorer(version.run, options).then((scorer) => {
        place.state = "ready";
        const { goodParts } = scorer;
        return {
          ...{ project, version, scorer, sight: sightOf(scorer.model) },
          ...goodParts && { watch: watcherOf(goodParts) },
        };
      }, (cause) => {
        place.state = "failed";
        place.error = describeError(cause);
        throw new ServiceError("failed", `Cannot load version ${version.number} of "${project}"`, { cause });
      }),
    };
    // Who asks for it is told.
    place.loaded.catch(() => {});
    places.set(project, place);
    return place;
  }
  async function close(place: Place | undefined): Promise<void> {
    const loaded = await place?.loaded.catch(() => undefined);
    if (place && place.leases > 0) await new Promise<void>((resolve) => place.free = resolve);
    await loaded?.scorer.close();
  }
  return {
    states: () =>
      Array.from(places, ([project, { version: { number }, state, error }]) => (
        { project, version: number, state, ...error !== undefined && { error } }
      )),
    async lease(project) {
      const place = places.get(project) ?? load(project);
      if (!place) throw new ConflictError(`Cannot judge parts of "${project}" as it has no model yet: train one`);
      place.leases++;
      let held = true;
      const release = () => {
        if (held && --place.leases === 0) place.free?.();
        held = false;
      };
      try {
        return { model: await place.loaded, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    async refresh(project) {
      const before = places.get(project);
      const next = load(project);
      await next?.loaded.catch(() => {});
      await close(before);
    },
    async forget(project) {
      const before = places.get(project);
      places.delete(project);
      await close(before);
    },
    async loadAll() {
      await Promise.all(listProjects(station).map(({ name }) => load(name)?.loaded.catch(() => {})));
    },
    async close() {
      await Promise.all([...places.values()].map(close));
      places.clear();
    },
  };
}
