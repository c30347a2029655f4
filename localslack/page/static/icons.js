// Line icons of our own, drawn as SVG nodes.

const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  hash: "M8 3L6 17M14 3l-2 14M4 7.5h13M3 12.5h13",
  send: "M3 10l14-6-5 13-3-5.5z",
  thread: "M4 4h12v9H9l-4 3.5V13H4z",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  down: "M5 8l5 5 5-5",
  up: "M5 12l5-5 5 5",
  file: "M5 3h7l3 3v11H5zM12 3v3h3",
  download: "M10 3v10M6 9.5l4 4 4-4M4 17h12",
  app: "M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 11h5v5h-5z",
  shared: "M7 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM13 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  tick: "M4 10.5l4 4 8-9",
};

/** An icon that says nothing to a screen reader: the control around it has a label. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
