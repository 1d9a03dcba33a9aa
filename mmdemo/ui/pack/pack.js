// The drop zone: takes files, makes images smaller, packs everything into one zip, and sends it.

class Pack {
  constructor(root) {
    this.root = root;
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
      if (!this.abort) this.take(droppedFiles(event.dataTransfer, MOST_FILES));
    };
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  // Take what the page says: the limits, and how to tell it of what has arrived.
  update(data, tell) {
    Object.assign(this, { data, tell });
    this.find(".limits").textContent = data.limits;
  }

  async take(coming, input) {
    const abort = (this.abort = new AbortController());
    this.show("Looking at the files…", 0);
    try {
      const { kept, skipped } = sorted(await coming, this.data);
      abort.signal.throwIfAborted();
      const problem = this.problem(kept, skipped);
      if (problem) throw new Refused(problem);
      await this.send(kept, skipped, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.rest(error instanceof Refused ? error.message : "One of the files cannot be read. Choose them again.");
    } finally {
      if (this.abort === abort) this.abort = null;
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

  async send(kept, skipped, signal) {
    const images = kept.filter(({ isImage }) => isImage).length;
    let [read, readImages, sent] = [0, 0, 0];
    const tell = (broken = false) => {
      const said = images ? `${readImages.toLocaleString("en")} of ${images.toLocaleString("en")} images, ` : "";
      const waits = broken ? " The line is broken: trying again…" : "";
      const share = kept.length > 1 ? read / kept.length : sent / Math.max(1, kept[0].file.size);
      this.show(`${said}${(sent / 1e6).toFixed(1)} MB sent.${waits}`, share);
    };
    const pieces = new Pieces(signal, (bytes) => ((sent = bytes), tell()), tell);
    const { name, files } = named(kept);
    await pieces.begin(name);
    try {
      if (isZip(kept)) await pieces.write(kept[0].file);
      else {
        const zip = new Zip(pieces);
        for (const { file, path, isImage } of files) {
          signal.throwIfAborted();
          await zip.add(path, isImage ? await shrunk(file, this.data.side) : file);
          read += 1;
          readImages += isImage;
          tell();
        }
        await zip.end();
      }
      await pieces.end();
    } catch (error) {
      pieces.discard();
      throw error;
    }
    this.show("Everything is there.", 1);
    this.tell("done", { id: pieces.id, skipped });
  }

  cancel() {
    this.abort?.abort(new Error("cancelled"));
    this.rest("");
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

function isZip(kept) {
  return kept.length === 1 && endingOf(kept[0].path) === ".zip";
}

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.pack ??= new Pack(parentElement);
  parentElement.pack.update(data, setTriggerValue);
  return () => parentElement.pack.abort?.abort(new Error("gone"));
}
