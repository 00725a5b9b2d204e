/** Draws and encodes one part, or its mask. @module */
import { encodePng } from "../image/encode.ts";
import { serve, transferred } from "../../base/workers/serve.ts";
import { renderMask } from "./mask.ts";
import { partSpec } from "./part.ts";
import type { PlannedPart } from "./plan.ts";
import { renderPart } from "./render.ts";

serve(async (request: PlannedPart["request"]) => {
  const png = await encodePng(request.mask ? renderMask(request) : renderPart(partSpec(request)));
  return transferred(png, [png.buffer]);
});
