// The WebSocket that says when to look again. It carries no content, so a break loses nothing.

const SILENCE = 40_000; // the server speaks at least every 15 s
const LONGEST_WAIT = 10_000;

/** Calls `changed(version, epoch)` at every frame and `connected(true | false)` when that changes. */
export function live({ changed, connected }) {
  let tries = 0;
  let silence;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live`);
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(), SILENCE);
    };
    listen();
    socket.onopen = () => connected(true);
    socket.onmessage = (event) => {
      tries = 0;
      listen();
      const frame = JSON.parse(event.data);
      changed(frame.version, frame.epoch);
    };
    socket.onclose = () => {
      clearTimeout(silence);
      connected(false);
      const wait = Math.min(LONGEST_WAIT, 250 * 2 ** tries) * (0.75 + Math.random() / 2);
      tries += 1;
      setTimeout(open, wait);
    };
  }

  open();
}
