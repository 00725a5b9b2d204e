/** Draws and encodes one part. @module */
import { encodePng } from "../../image/encode.ts";
import { serve, transferred } from "../../workers/serve.ts";
import { type PartRequest, partSpec } from "./part.ts";
import { renderPart } from "./render.ts";

serve(async (request: PartRequest) => {
  const png = await encodePng(renderPart(partSpec(request)));
  return transferred(png, [png.buffer]);
});
