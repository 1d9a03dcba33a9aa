// The drop zone: takes files, makes images smaller, packs everything into one zip, and sends it.

class Pack {
  constructor(root) {
    this.root = root;
    this.turn = 0;
    this.find(".choose-files").onclick = () => this.find("input.files").click();
    this.find(".choose-folder").onclick = () => this.find("input.folder").click();
    this.find(".choose-folder").hidden = !("webkitdirectory" in this.find("input.folder"));
    this.find(".cancel").onclick = () => this.cancel();
    for (const input of root.querySelectorAll("input")) {
      input.onchange = () => this.take(Promise.resolve(chosenFiles(input.files)), input);
    }
    const zone = this.find(".drop");
    zone.ondragover = (event) => (event.preventDefault(), zone.classList.add("over"));
    zone.ondragleave = () => zone.classList.remove("over");
    zone.ondrop = (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!this.taken) this.take(droppedFiles(event.dataTransfer, MOST_FILES));
    };
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  // Take what the page says: the limits, and where to send what was chosen, once the server knows of it.
  update(data, tell) {
    Object.assign(this, { data, tell });
    this.find(".limits").textContent = data.limits;
    if (!this.taken || data.turn !== this.taken.turn || this.taken.begun) return;
    this.taken.begun = true;
    if (data.refused) this.fail(data.refused);
    else this.send(this.taken, data.id);
  }

  async take(coming, input) {
    this.turn = Date.now();
    this.show("Looking at the files…", 0);
    try {
      const { kept, skipped } = sorted(await coming, this.data);
      const problem = this.problem(kept, skipped);
      if (problem) return this.fail(problem);
      this.taken = { turn: this.turn, kept, skipped, abort: new AbortController() };
      this.tell("chosen", { turn: this.turn, name: nameOf(kept), files: kept.length });
    } catch {
      this.fail("These files cannot be read. Choose them again.");
    } finally {
      if (input) input.value = ""; // so that the same files can be chosen again
    }
  }

  problem(kept, skipped) {
    const megabytes = Math.floor(this.data.mostBytes / 1e6);
    const zips = kept.filter(({ path }) => endingOf(path) === ".zip");
    if (!kept.length) return skipped ? "None of these files is a table, an image or a zip." : "There are no files in it.";
    if (kept.length > MOST_FILES) return `That is more than ${MOST_FILES.toLocaleString("en")} files. Take fewer.`;
    if (zips.length && kept.length > 1) return "Drop one zip alone, or unpack it and drop its folder.";
    const asTheyAre = kept.filter(({ isImage }) => !isImage).reduce((sum, { file }) => sum + file.size, 0);
    if (asTheyAre <= this.data.mostBytes) return "";
    return zips.length
      ? `At most ${megabytes} MB are taken. Unpack this zip and drop its folder: its images are made smaller here.`
      : `At most ${megabytes} MB of tables are taken.`;
  }

  async send(taken, id) {
    const { kept, abort } = taken;
    const images = kept.filter(({ isImage }) => isImage).length;
    let [read, readImages, sent] = [0, 0, 0];
    const tell = (broken = false) => {
      const said = images ? `${readImages.toLocaleString("en")} of ${images.toLocaleString("en")} images, ` : "";
      const waits = broken ? " The line is broken: trying again…" : "";
      this.show(`${said}${(sent / 1e6).toFixed(1)} MB sent.${waits}`, kept.length > 1 ? read / kept.length : sent / kept[0].file.size);
    };
    const address = new URL(`own-data/${id}`, location.href).href; // beside the page, wherever the app lies
    const pieces = new Pieces(address, this.data.headers, abort.signal, (bytes) => ((sent = bytes), tell()), tell);
    try {
      tell();
      if (kept.length === 1 && endingOf(kept[0].path) === ".zip") await pieces.write(kept[0].file);
      else {
        const zip = new Zip(pieces);
        for (const { file, path, isImage } of kept) {
          abort.signal.throwIfAborted();
          await zip.add(path, isImage ? await shrunk(file, this.data.side) : file);
          read += 1;
          readImages += isImage;
          tell();
        }
        await zip.end();
      }
      await pieces.end();
      this.taken = null;
      this.show("Everything is there.", 1);
      this.tell("done", { id, skipped: taken.skipped });
    } catch (error) {
      if (abort.signal.aborted) return;
      this.fail(error instanceof Refused ? error.message : "One of the files cannot be read any more. Choose them again.");
      this.tell("failed", { id });
    }
  }

  cancel() {
    const taken = this.taken;
    this.taken = null;
    taken?.abort.abort();
    this.rest("");
    if (taken) this.tell("failed", { id: this.data.id });
  }

  fail(sentence) {
    this.taken = null;
    this.rest(sentence);
  }

  rest(sentence) {
    this.find(".buttons").hidden = false;
    this.find(".sending").hidden = true;
    this.find(".error").hidden = !sentence;
    this.find(".error").textContent = sentence;
  }

  show(status, share) {
    this.find(".buttons").hidden = true;
    this.find(".error").hidden = true;
    this.find(".sending").hidden = false;
    this.find(".status").textContent = status;
    this.find("progress").value = share;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.pack ??= new Pack(parentElement);
  parentElement.pack.update(data, setTriggerValue);
  return () => parentElement.pack.taken?.abort.abort();
}
