// The network as a PNG with its title, filters, legend and source: to the clipboard, else as a file.

const WIDE = 1600;
const EDGE = 40;

function lines(pen, words, width) {
  const made = [""];
  for (const word of words.split(" ")) {
    const longer = made[made.length - 1] ? `${made[made.length - 1]} ${word}` : word;
    if (pen.measureText(longer).width > width && made[made.length - 1]) made.push(word);
    else made[made.length - 1] = longer;
  }
  return made;
}

function write(pen, words, y, size, weight = "normal") {
  pen.font = `${weight} ${size}px system-ui, sans-serif`;
  pen.fillStyle = INK;
  for (const line of lines(pen, words, WIDE - 2 * EDGE)) {
    y += size * 1.3;
    pen.fillText(line, EDGE, y);
  }
  return y;
}

function drawShape(pen, look, hollow, x, y) {
  const shape = new Path2D(SHAPES[look.marker]);
  pen.save();
  pen.translate(x, y);
  pen.scale(2, 2);
  pen.fillStyle = hollow ? "#FFFFFF" : look.color;
  pen.strokeStyle = look.color;
  pen.lineWidth = 1.3;
  pen.fill(shape);
  pen.stroke(shape);
  pen.restore();
}

function writeLegend(pen, y) {
  pen.font = "20px system-ui, sans-serif";
  let x = EDGE;
  y += 36;
  for (const { look, hollow, words } of legendEntries()) {
    const wide = 30 + pen.measureText(words).width + 30;
    if (x + wide > WIDE - EDGE) [x, y] = [EDGE, y + 32];
    drawShape(pen, look, hollow, x, y - 18);
    pen.fillStyle = INK;
    pen.fillText(words, x + 30, y);
    x += wide;
  }
  return y + 10;
}

/** Lay out all parts on a canvas; asked for twice: first to measure, then to draw. */
function compose(pen, picture, shown, state) {
  let y = write(pen, say("network.title"), EDGE - 10, 34, "bold");
  y = write(pen, countsInWords(sizesOf(shown)), y + 4, 24);
  y = write(pen, filtersInWords(state), y, 24);
  if (partInWords(part, shown)) y = write(pen, partInWords(part, shown), y, 20);
  if (picture) {
    const scale = Math.min((WIDE - 2 * EDGE) / picture.width, 1300 / picture.height);
    const [wide, high] = [picture.width * scale, picture.height * scale];
    pen.drawImage(picture, (WIDE - wide) / 2, y + 20, wide, high);
    y += 20 + high;
  }
  y = writeLegend(pen, y);
  return write(pen, byId("source").textContent, y + 6, 20) + EDGE;
}

function loaded(address) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = address;
  });
}

/** The address of a picture of the network, made beside what the page does; nothing where nothing is shown. */
async function networkPng(scale) {
  if (cy.elements().empty()) return "";
  return URL.createObjectURL(await cy.png({ full: true, scale, bg: "#FFFFFF", output: "blob-promise", maxWidth: 3200, maxHeight: 3200 }));
}

async function figure(shown, state) {
  const address = await networkPng(2);
  const picture = address ? await loaded(address) : null;
  URL.revokeObjectURL(address);
  const canvas = document.createElement("canvas");
  canvas.width = WIDE;
  const high = Math.ceil(compose(canvas.getContext("2d"), picture, shown, state));
  canvas.height = high;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#FFFFFF";
  pen.fillRect(0, 0, WIDE, high);
  compose(pen, picture, shown, state);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function download(blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: say("copy.file") });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function copyFigure(shown, state) {
  const status = byId("status");
  status.textContent = "";
  const blob = await figure(shown, state);
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    status.textContent = say("copy.done");
  } catch {
    download(blob);
    status.textContent = say("copy.saved");
  }
}

let waiting = 0;

/** Keep a picture ready for print: a canvas would be cut at the edge of the paper. */
function readyForPrint() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const image = byId("print-picture");
    const address = await networkPng(1.5);
    URL.revokeObjectURL(image.src);
    if (address) image.src = address;
    else image.removeAttribute("src");
  }, 400);
}
