/** Where the service is reached over a network, it wants a token once. @module */
import { useState } from "preact/hooks";
import { ask, signInNeeded } from "./kit/request.ts";
import { attempt, Toasts } from "./kit/toast.tsx";

export function SignIn({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState("");
  const signIn = async (event: Event) => {
    event.preventDefault();
    const done = await attempt(() => ask("POST", "/v1/session", { token }));
    if (!done) return;
    signInNeeded.value = false;
    onDone();
  };
  return (
    <main style={{ maxWidth: "26rem", marginTop: "4rem" }}>
      <form class="card stack" onSubmit={signIn}>
        <h1>SegAD station</h1>
        <p>This station is reached over the network and wants the token that it was started with.</p>
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <div class="row end">
          <button class="main" type="submit">Sign in</button>
        </div>
      </form>
      <Toasts />
    </main>
  );
}
