import { serve } from "../../lib/workers/serve.ts";

serve(() => Deno.exit(3));
