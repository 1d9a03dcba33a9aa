// Which of the files that somebody chose or dropped are sent, and under which path.

const CLUTTER = /(^|\/)(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX\/.*|\.git\/.*)$/i;
const UNNAMED_BYTES = 30e6; // a file without an ending may be an image of at most this size

// Return {file, path} of all files that were chosen.
function chosenFiles(list) {
  return Array.from(list, (file) => ({ file, path: file.webkitRelativePath || file.name }));
}

// Return a promise of {file, path} of all files that were dropped, those in folders too; call it in the event itself.
function droppedFiles(transfer, most) {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return entries.length ? walked(entries, most) : Promise.resolve(chosenFiles(transfer.files));
}

async function walked(entries, most) {
  const found = [];
  const waiting = [...entries].reverse();
  while (waiting.length && found.length <= most) {
    const entry = waiting.pop();
    if (entry.isFile) {
      const file = await new Promise((take, refuse) => entry.file(take, refuse));
      found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    } else {
      waiting.push(...(await listed(entry)).reverse());
    }
  }
  return found;
}

async function listed(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((take, refuse) => reader.readEntries(take, refuse)); // at most 100 at a time
    if (!some.length) return found;
    found.push(...some);
  }
}

function endingOf(path) {
  return (/\.[^./\\]+$/.exec(path) || [""])[0].toLowerCase();
}

// Return the files to send, each with its kind, and how many are left at home because they are of no use here.
function sorted(files, { imageEndings, otherEndings }) {
  const kept = [];
  let skipped = 0;
  for (const one of files.filter(({ path }) => !CLUTTER.test(path))) {
    const ending = endingOf(one.path);
    const unnamed = !ending && one.file.size <= UNNAMED_BYTES;
    const isImage = imageEndings.includes(ending) || unnamed || /^image\/(?!svg)/.test(one.file.type);
    if (!isImage && !otherEndings.includes(ending)) skipped += 1;
    else kept.push({ ...one, isImage });
  }
  return { kept, skipped };
}

// Return what the data is called, and its files as they lie within: the folder that holds all of it is its name.
function named(kept) {
  const tops = new Set(kept.map(({ path }) => (path.includes("/") ? path.split("/")[0] : "")));
  const [top] = tops;
  if (tops.size === 1 && top) {
    return { name: top, files: kept.map((one) => ({ ...one, path: one.path.slice(top.length + 1) })) };
  }
  const first = kept.find(({ isImage }) => !isImage) || kept[0];
  return { name: first.path.split("/").pop(), files: kept };
}
