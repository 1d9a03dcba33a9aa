// Bytes sent in pieces, each after the one before; a broken line is taken up again.

const PIECE = 1024 * 1024;
const ATTEMPTS = 9;

class Refused extends Error {}

// address: of the data set. onSent: called with the bytes that have arrived. onWait: with whether the line is broken.
class Pieces {
  constructor(address, headers, signal, onSent, onWait) {
    Object.assign(this, { address, headers, signal, onSent, onWait });
    this.waiting = new Blob([]);
    this.offset = 0; // of the next piece
    this.sending = Promise.resolve();
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
    await this.ask("POST", "done", null);
  }

  async put(piece, offset) {
    let rest = piece;
    let from = offset;
    while (rest.size) {
      const there = await this.ask("PUT", String(from), rest);
      if (there < from) throw new Refused("The server has lost what was sent. Please begin again.");
      rest = rest.slice(there - from);
      from = there;
    }
    this.onSent(from);
  }

  // Return the length that the server has; raises Refused with a sentence.
  async ask(method, place, body) {
    for (let attempt = 0; ; attempt++) {
      let answer = null;
      try {
        answer = await fetch(`${this.address}/${place}`, {
          method,
          body,
          headers: this.headers,
          credentials: "same-origin",
          signal: this.signal,
        });
      } catch (error) {
        if (this.signal.aborted) throw error;
      }
      if (answer && (answer.ok || answer.status === 409)) {
        const said = await answer.json();
        if (Number.isInteger(said.length)) {
          this.onWait(false);
          return said.length;
        }
      }
      const passes = !answer || answer.status === 429 || (answer.status >= 500 && answer.status !== 507);
      if (!passes || attempt === ATTEMPTS) throw new Refused(await sentence(answer));
      this.onWait(true);
      await pause(Math.min(250 * 2 ** attempt, 15000), this.signal);
    }
  }
}

async function sentence(answer) {
  if (!answer) return "The server cannot be reached. Check the connection and try again.";
  try {
    const said = await answer.json();
    if (said.error) return String(said.error);
  } catch {
    // not one of our answers
  }
  return `The server did not take the data (${answer.status}). Please try again.`;
}

function pause(milliseconds, signal) {
  return new Promise((take, refuse) => {
    const timer = setTimeout(take, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), refuse(signal.reason)), { once: true });
  });
}
