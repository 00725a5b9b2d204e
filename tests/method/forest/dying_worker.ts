import { serve } from "../../../lib/base/workers/serve.ts";

serve(() => Deno.exit(3));
