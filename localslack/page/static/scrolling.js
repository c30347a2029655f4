// Keeps a list of messages where the reader is: at its end as it grows, or on the same message.

const NEAR = 48;

/** Whether the end is in sight. */
export function atEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
}

/** Draw, then be where one was before. `stick`: go to the end in any case. */
export function keepingPlace(box, { stick }, draw) {
  const end = stick || atEnd(box);
  const first = firstInSight(box);
  const offset = first?.getBoundingClientRect().top ?? 0;
  draw();
  if (end) box.scrollTop = box.scrollHeight;
  else if (first?.isConnected) box.scrollTop += first.getBoundingClientRect().top - offset;
}

function firstInSight(box) {
  const top = box.getBoundingClientRect().top;
  return [...box.querySelectorAll(".message")].find((node) => node.getBoundingClientRect().bottom > top);
}
