/** The sandbox's own look: plainly another vendor's product, in light and dark, from a phone upwards. */
export const style = `
:root { color-scheme: light dark;
  --page: #f4f6f8; --surface: #ffffff; --ink: #17212b; --soft: #566473; --line: #d5dce3; --field: #8794a1;
  --accent: #3f4b59; --on-accent: #ffffff; --tint: #eceff3; --ok: #12693f; --ok-tint: #e3f4ea; --bad: #a61b2b; --bad-tint: #fdeaec;
  --warn: #7a4b00; --warn-tint: #fdf2dc; }
[data-vendor=egnyte] { --accent: #00706b; --tint: #e2f3f1; }
[data-vendor=netskope] { --accent: #1c4f96; --tint: #e6eef9; }
@media (prefers-color-scheme: dark) {
  :root { --page: #12171c; --surface: #1b2229; --ink: #e8edf2; --soft: #a3b0bd; --line: #333e49; --field: #738291;
    --accent: #b3c0ce; --on-accent: #12171c; --tint: #26303a; --ok: #6fd3a0; --ok-tint: #16301f; --bad: #ff9aa5; --bad-tint: #3a1a1f;
    --warn: #f2c46d; --warn-tint: #362a12; }
  [data-vendor=egnyte] { --accent: #55cfc6; --tint: #143331; }
  [data-vendor=netskope] { --accent: #8db8f7; --tint: #1a2b44; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/22px system-ui, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--surface); padding: 8px; z-index: 9; }
.strip { background: #2b2b2b; color: #f3f3f3; font-size: 13px; padding: 6px 24px; display: flex; gap: 4px 16px; flex-wrap: wrap; }
.strip strong { color: #ffd34d; font-weight: 600; } .strip a { color: #fff; margin-left: auto; } .strip a + a { margin-left: 0; }
.bar { background: var(--surface); border-bottom: 1px solid var(--line); display: flex; align-items: center; gap: 8px 24px; padding: 0 24px; min-height: 56px; flex-wrap: wrap; }
.brand { display: flex; align-items: center; gap: 10px; color: inherit; text-decoration: none; font-weight: 600; padding: 8px 0; }
.brand small { font-weight: 400; color: var(--soft); font-size: 13px; display: block; line-height: 16px; }
.mono-tile { width: 32px; height: 32px; border-radius: 7px; background: var(--accent); color: var(--on-accent); display: grid; place-items: center; font-size: 14px; font-weight: 700; flex: none; }
.bar nav { display: flex; gap: 2px; align-self: stretch; overflow-x: auto; }
.bar nav a { display: flex; align-items: center; padding: 0 12px; min-height: 44px; text-decoration: none; color: var(--ink); border-bottom: 3px solid transparent; border-top: 3px solid transparent; white-space: nowrap; }
.bar nav a[aria-current] { border-bottom-color: var(--accent); color: var(--accent); font-weight: 600; }
.bar .end { margin-left: auto; display: flex; align-items: center; gap: 12px; }
.menu { position: relative; } .menu summary { list-style: none; cursor: pointer; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; }
.menu summary::-webkit-details-marker { display: none; }
.menu ul { position: absolute; right: 0; top: calc(100% + 4px); margin: 0; padding: 4px; list-style: none; min-width: 240px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 8px 24px #0003; z-index: 5; }
.menu li a { display: block; padding: 8px 12px; border-radius: 5px; text-decoration: none; color: var(--ink); } .menu li a:hover { background: var(--tint); }
main { max-width: 1080px; margin: 0 auto; padding: 20px 24px 64px; }
.trail { color: var(--soft); font-size: 13px; margin: 0 0 4px; } h1 { font-size: 24px; line-height: 32px; margin: 0 0 16px; } h2 { font-size: 17px; line-height: 24px; margin: 0 0 12px; } h2 + p.small { margin-top: -8px; } p.small { margin-bottom: 16px; }
.tabs { display: flex; gap: 4px; border-bottom: 1px solid var(--line); margin: 0 0 20px; overflow-x: auto; }
.tabs a { padding: 8px 12px; text-decoration: none; color: var(--soft); border-bottom: 2px solid transparent; white-space: nowrap; } .tabs a[aria-current] { color: var(--accent); border-color: var(--accent); font-weight: 600; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 0 0 20px; }
.card > p:first-of-type { margin-top: 0; } .soft { color: var(--soft); } .small { font-size: 13px; line-height: 18px; }
.narrow { max-width: 640px; } .center { max-width: 420px; margin: 40px auto; }
.field { margin: 0 0 18px; } .field label, .field .label { display: block; font-weight: 600; margin-bottom: 4px; } .field .help { color: var(--soft); font-size: 13px; line-height: 18px; margin: 4px 0 0; }
fieldset.field { border: 0; padding: 0; min-width: 0; } legend { font-weight: 600; padding: 0; margin-bottom: 8px; } .check { display: flex; gap: 10px; align-items: flex-start; margin: 0 0 14px; } .check label { font-weight: 600; } .check .help { color: var(--soft); font-size: 13px; line-height: 18px; margin: 2px 0 0; }
input[type=text], input[type=url], input[type=number], input[type=search], input[type=password], select, textarea { width: 100%; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--field); border-radius: 6px; padding: 8px 10px; min-height: 40px; }
textarea { font: 13px/18px ui-monospace, Consolas, monospace; min-height: 132px; } input[readonly] { background: var(--page); }
input[type=checkbox] { width: 20px; height: 20px; margin: 1px 0 0; accent-color: var(--accent); flex: none; }
input.toggle { appearance: none; width: 38px; height: 22px; border-radius: 11px; background: var(--field); position: relative; cursor: pointer; } input.toggle::after { content: ""; position: absolute; left: 3px; top: 3px; width: 16px; height: 16px; border-radius: 50%; background: var(--surface); transition: left .12s; }
input.toggle:checked { background: var(--accent); } input.toggle:checked::after { left: 19px; }
button, .button { font: inherit; font-weight: 600; border-radius: 6px; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); padding: 8px 16px; min-height: 40px; cursor: pointer; text-decoration: none; display: inline-block; }
button.plain, .button.plain { background: transparent; color: var(--accent); } button.danger { background: transparent; border-color: var(--bad); color: var(--bad); }
.row { display: flex; gap: 12px; flex-wrap: wrap; align-items: center; } .row.between { justify-content: space-between; margin-bottom: 12px; } .row.between > * { margin-bottom: 0; } .inline { display: inline; }
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); gap: 0 24px; align-items: start; } .row.save { position: sticky; bottom: 0; background: var(--surface); border-top: 1px solid var(--line); margin: 0 -20px -20px; padding: 12px 20px; border-radius: 0 0 8px 8px; }
.copy { display: flex; gap: 8px; } .copy input { font: 13px/18px ui-monospace, Consolas, monospace; min-width: 0; } .copy button { flex: none; padding: 8px 12px; }
.note { border-radius: 8px; padding: 12px 16px; margin: 0 0 20px; border: 1px solid transparent; } .note.ok { background: var(--ok-tint); color: var(--ok); } .note.bad { background: var(--bad-tint); color: var(--bad); } .note.warn { background: var(--warn-tint); color: var(--warn); } .note p { margin: 0; } .note p + p { margin-top: 6px; }
.table { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); margin: 0 0 20px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; } th, td { padding: 9px 14px; border-bottom: 1px solid var(--line); vertical-align: top; } tr:last-child > * { border-bottom: 0; } td.nowrap, th { white-space: nowrap; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.checks td { overflow-wrap: anywhere; width: 32%; } .checks th[scope=row] { color: var(--ink); font-size: 14px; white-space: normal; min-width: 220px; width: 36%; } .checks .named { display: flex; gap: 8px; align-items: baseline; } .checks .badge { flex: none; min-width: 64px; text-align: center; } .checks .badge.bad { background: var(--surface); } .checks tr.failed > * { background: var(--bad-tint); } .long { overflow-wrap: anywhere; }
td.value { overflow-wrap: anywhere; min-width: 170px; }
.badge { display: inline-block; font-size: 12px; line-height: 18px; font-weight: 600; padding: 1px 8px; border-radius: 10px; background: var(--tint); color: var(--accent); white-space: nowrap; } .badge.ok { background: var(--ok-tint); color: var(--ok); } .badge.bad { background: var(--bad-tint); color: var(--bad); } .badge.off { background: var(--page); color: var(--soft); border: 1px solid var(--line); padding: 0 8px; }
pre { font: 12.5px/18px ui-monospace, Consolas, monospace; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow: auto; max-height: 480px; white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0 0; }
code { font: 13px/18px ui-monospace, Consolas, monospace; overflow-wrap: anywhere; }
.grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); margin-bottom: 24px; } .grid .card { margin: 0; }
.tile { display: flex; gap: 12px; text-decoration: none; color: inherit; align-items: center; } a.card.tile:hover { border-color: var(--accent); }
.tile small { color: var(--soft); display: block; } dialog { border: 1px solid var(--line); border-radius: 10px; background: var(--surface); color: inherit; padding: 24px; width: min(600px, calc(100vw - 32px)); } dialog::backdrop { background: #0008; }
main li { padding: 3px 0; } dl { display: grid; grid-template-columns: minmax(140px, max-content) 1fr; gap: 8px 20px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe.mail { width: 100%; height: 460px; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
details.body summary { cursor: pointer; } .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 640px) { .checks thead { display: none; } .checks tr { display: block; border-bottom: 1px solid var(--line); padding: 8px 0; } .checks tr:last-child { border-bottom: 0; } .checks tr.failed { background: var(--bad-tint); } .checks tr > * { display: block; width: auto !important; border: 0; padding: 2px 14px; } .checks td::before { content: attr(data-label) ': '; color: var(--soft); } .checks td:empty { display: none; } .bar, .strip { padding-left: 16px; padding-right: 16px; } main { padding: 16px 16px 48px; } .card { padding: 16px; } dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 10px; } .strip a { margin-left: 0; } .bar nav { order: 3; width: 100%; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
