// Bytes sent in pieces, each after the one before; a broken line is taken up again.

const PIECE = 1024 * 1024;
const ATTEMPTS = 9;
const HEADERS = { "X-Fusion-Lab": "1" }; // which no page of another site can send

class Refused extends Error {}

// onSent: called with the bytes that have arrived. onWait: with whether the line is broken.
class Pieces {
  constructor(signal, onSent, onWait) {
    Object.assign(this, { signal, onSent, onWait });
    this.waiting = new Blob([]);
    this.offset = 0; // of the next piece
    this.sending = Promise.resolve();
  }

  // Have the server make a place for it.
  async begin(name) {
    this.id = (await this.ask("POST", "new", JSON.stringify({ name }))).id;
  }

  // Have the server forget what has arrived; nobody waits for that.
  discard() {
    fetch(addressOf(this.id), { method: "DELETE", headers: HEADERS, keepalive: true }).catch(() => {});
  }

  // Take bytes (Blob or Uint8Array); at most one piece waits and one is under way.
  async write(part) {
    this.waiting = new Blob([this.waiting, part]);
    while (this.waiting.size >= PIECE) await this.flush();
  }

  async flush() {
    const piece = this.waiting.slice(0, PIECE);
    this.waiting = this.waiting.slice(PIECE);
    await this.sending;
    const offset = this.offset;
    this.offset += piece.size;
    this.sending = this.put(piece, offset);
    this.sending.catch(() => {}); // whoever waits for it next hears of it
  }

  // Send what is left and say that this is all.
  async end() {
    if (this.waiting.size) await this.flush();
    await this.sending;
    await this.ask("POST", `${this.id}/done`, null);
  }

  async put(piece, offset) {
    let rest = piece;
    let from = offset;
    while (rest.size) {
      const there = (await this.ask("PUT", `${this.id}/${from}`, rest)).length;
      if (there <= from) throw new Refused("The server has lost what was sent. Please begin again.");
      rest = rest.slice(there - from);
      from = there;
    }
    this.onSent(from);
  }

  // Return what the server says; raises Refused with a sentence.
  async ask(method, place, body) {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.answer(method, place, body);
      const said = answer && (await answer.json().catch(() => ({})));
      if (answer?.ok || Number.isInteger(said?.length)) {
        if (attempt) this.onWait(false);
        return said;
      }
      const passes = !answer || answer.status === 429 || answer.status >= 500;
      if (!passes || attempt === ATTEMPTS) throw new Refused(sentence(answer, said));
      this.onWait(true);
      await pause(Math.min(250 * 2 ** attempt, 15000), this.signal);
    }
  }

  // Return the server's answer, null where the line is broken.
  async answer(method, place, body) {
    try {
      return await fetch(addressOf(place), { method, body, headers: HEADERS, signal: this.signal });
    } catch (error) {
      if (this.signal.aborted) throw error;
      return null;
    }
  }
}

// Return an address beside the page's, wherever the app lies.
function addressOf(place) {
  return new URL(`own-data/${place}`, location.href).href;
}

function sentence(answer, said) {
  if (!answer) return "The server cannot be reached. Check the connection and try again.";
  return said.error || `The server did not take the data (${answer.status}). Please try again.`;
}

function pause(milliseconds, signal) {
  return new Promise((take, refuse) => {
    const timer = setTimeout(take, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), refuse(signal.reason)), { once: true });
  });
}
