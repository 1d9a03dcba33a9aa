// Images made smaller before they are sent.

const SMALL_BYTES = 60e3; // a file of at most this size is sent as it is
const KEPT_BYTES = 300e3; // and so is one of at most this size whose sides are short
const QUALITIES = [0.9, 0.75]; // the second where the first makes a larger file than
const ENOUGH_BYTES = 70e3;

// Return an image as it is sent: at most `side` pixels long, upright, without the camera's notes.
// What this browser cannot decode (HEIC, TIFF) is sent as it is.
async function shrunk(file, side) {
  if (file.size <= SMALL_BYTES) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  try {
    const long = Math.max(bitmap.width, bitmap.height);
    if (long <= side && file.size <= KEPT_BYTES) return file;
    const smaller = await drawn(bitmap, Math.min(1, side / long));
    return smaller && smaller.size < file.size ? smaller : file;
  } finally {
    bitmap.close();
  }
}

async function drawn(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff"; // what is transparent, as the server has it
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  let found = null;
  for (const quality of QUALITIES) {
    if (found && found.size <= ENOUGH_BYTES) break;
    found = await new Promise((take) => canvas.toBlob(take, "image/jpeg", quality));
  }
  return found;
}
