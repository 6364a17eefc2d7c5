namespace DxmiMlNet.Reports;

/// <summary>
/// How pages and fragments look: light or dark as the reader has set the system or the notebook, on paper light and unbroken within a picture. Every rule
/// of a fragment holds inside elements of class <see cref="Scope"/> only, so that it changes nothing of the page that shows it.
/// </summary>
internal static class ReportStyle
{
    /// <summary>The class of everything that is styled.</summary>
    public const string Scope = "dxmi";

    private const string Light = """
        color-scheme: light; --ink: #1b2227; --soft: #56626c; --paper: #ffffff; --panel: #f4f6f8; --line: #d5dce1;
          --good: #1f6fb2; --bad: #c2500a; --pass: #1d6b3a; --review: #7a5600; --reject: #a3261f;
          --s0: #1f6fb2; --s1: #c2500a; --s2: #00795a; --s3: #a0488a; --s4: #7a5600; --s5: #4a5560;
        """;

    private const string Dark = """
        color-scheme: dark; --ink: #e7ebee; --soft: #a3afb8; --paper: #13171a; --panel: #1d2327; --line: #39434a;
          --good: #6db3f2; --bad: #ff9a57; --pass: #77cf97; --review: #e3b341; --reject: #ff8a80;
          --s0: #6db3f2; --s1: #ff9a57; --s2: #4fd1a8; --s3: #e29bd0; --s4: #e3b341; --s5: #b7c1c9;
        """;

    /// <summary>For a fragment. The themes of notebooks, which a page cannot ask the browser for, are found by the marks that they leave.</summary>
    public const string Fragment = $$"""

        .dxmi { {{Light}} }
        @media (prefers-color-scheme: dark) { .dxmi { {{Dark}} } }
        .vscode-light .dxmi, [data-jp-theme-light="true"] .dxmi { {{Light}} }
        .vscode-dark .dxmi, [data-jp-theme-light="false"] .dxmi { {{Dark}} }
        @media print { .dxmi.dxmi { {{Light}} } }
        .dxmi { background: var(--paper); color: var(--ink); padding: 12px 16px; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        .dxmi * { box-sizing: border-box; }
        .dxmi h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
        .dxmi h2 { font-size: 20px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
        .dxmi h3 { font-size: 17px; margin: 28px 0 2px; }
        .dxmi h4 { font-size: 14px; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
        .dxmi p { margin: 0 0 10px; }
        .dxmi a { color: var(--good); }
        .dxmi .soft, .dxmi .count { color: var(--soft); font-weight: 400; }
        .dxmi .count { font-size: 14px; }
        .dxmi .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px; margin: 0; }
        .dxmi h1 + .tiles { margin-top: 16px; }
        .dxmi .tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; }
        .dxmi .tiles dt { color: var(--soft); font-size: 13.5px; font-weight: 400; }
        .dxmi .tiles dd { margin: 0; font-size: 25px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .dxmi .tiles dd.note { font-size: 12.5px; font-weight: 400; color: var(--soft); }
        .dxmi .charts { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 28px; }
        .dxmi figure { margin: 0; }
        .dxmi .charts figure { flex: 320 1 260px; }
        .dxmi .charts figure:first-child { flex: 600 1 420px; }
        .dxmi .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 20px; align-items: start; }
        .dxmi .charts svg, .dxmi .figures svg { width: 100%; height: auto; display: block; }
        .dxmi .figures img { max-width: 100%; height: auto; }
        .dxmi figcaption { color: var(--soft); font-size: 13px; }
        .dxmi svg text { fill: var(--ink); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
        .dxmi svg .tick { fill: var(--soft); }
        .dxmi svg .strong { font-weight: 600; }
        .dxmi svg .big { font-weight: 650; font-size: 20px; }
        .dxmi svg .good { fill: var(--good); }
        .dxmi svg .bad { fill: var(--bad); }
        .dxmi svg .good-text { fill: var(--good); font-weight: 600; font-size: 13px; }
        .dxmi svg .bad-text { fill: var(--bad); font-weight: 600; font-size: 13px; }
        .dxmi svg .halo { stroke: var(--paper); stroke-width: 4; paint-order: stroke; stroke-linejoin: round; }
        .dxmi svg .grid { stroke: var(--line); stroke-width: 1; }
        .dxmi svg .axis { fill: none; stroke: var(--soft); stroke-width: 1; }
        .dxmi svg .threshold { fill: none; stroke: var(--ink); stroke-width: 1.5; }
        .dxmi svg .threshold.review { stroke-dasharray: 5 4; }
        .dxmi svg .chance { stroke: var(--soft); stroke-dasharray: 2 4; }
        .dxmi svg .curve { fill: none; stroke: var(--s0); stroke-width: 2; stroke-linejoin: round; }
        .dxmi svg .mark { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
        .dxmi svg path.mark { fill: none; }
        .dxmi svg .frame { fill: none; stroke: var(--line); }
        .dxmi svg .series-1 { stroke: var(--s1); } .dxmi svg .series-2 { stroke: var(--s2); } .dxmi svg .series-3 { stroke: var(--s3); }
        .dxmi svg .series-4 { stroke: var(--s4); } .dxmi svg .series-5 { stroke: var(--s5); }
        .dxmi svg .series-text-0 { fill: var(--s0); } .dxmi svg .series-text-1 { fill: var(--s1); } .dxmi svg .series-text-2 { fill: var(--s2); }
        .dxmi svg .series-text-3 { fill: var(--s3); } .dxmi svg .series-text-4 { fill: var(--s4); } .dxmi svg .series-text-5 { fill: var(--s5); }
        .dxmi .wide { overflow-x: auto; }
        .dxmi table { border-collapse: collapse; width: 100%; margin: 0; color: inherit; font-size: 15px; font-variant-numeric: tabular-nums; }
        .dxmi th, .dxmi td { text-align: right; padding: 6px 10px; border: 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        .dxmi th.left, .dxmi td.left, .dxmi .text th, .dxmi .text td { text-align: left; }
        .dxmi thead th { color: var(--soft); font-weight: 600; font-size: 14px; }
        .dxmi tbody th { font-weight: 500; overflow-wrap: break-word; }
        .dxmi .text th, .dxmi .text td { overflow-wrap: anywhere; }
        .dxmi .text th:first-child { width: 34%; }
        .dxmi .wide + p { margin-top: 8px; }
        .dxmi .badge { display: inline-block; border: 1.5px solid currentColor; border-radius: 999px; padding: 0 9px; font-size: 13px; font-weight: 600; white-space: nowrap; }
        .dxmi .badge.pass { color: var(--pass); }
        .dxmi .badge.review { color: var(--review); border-style: dashed; }
        .dxmi .badge.reject { color: var(--reject); }
        .dxmi .legend { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; font-size: 14px; color: var(--soft); }
        .dxmi .legend p { flex: 1 1 320px; margin: 0; }
        .dxmi .scale { flex: 0 0 300px; }
        .dxmi .scale div { height: 16px; border: 1px solid var(--line); border-radius: 3px; }
        .dxmi .scale span { font-size: 12px; float: left; }
        .dxmi .scale span + span { float: right; }
        .dxmi .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 16px; align-items: start; }
        .dxmi article { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; break-inside: avoid; }
        .dxmi .facts { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; font-size: 14px; margin: 4px 0 10px; }
        .dxmi .pair { display: flex; gap: 8px; align-items: flex-start; }
        .dxmi .pair figure { flex: 1 1 0; min-width: 0; }
        .dxmi .pair img { width: 100%; height: auto; display: block; border-radius: 4px; margin: 0; }
        .dxmi .overlay { position: relative; }
        .dxmi .overlay svg { position: absolute; left: 0; top: 0; width: 100%; height: auto; }
        .dxmi .overlay .number { fill: #ffffff; stroke: #000000; paint-order: stroke; stroke-linejoin: round; font-weight: 700; }
        .dxmi .regions { font-size: 13px; margin-top: 6px; }
        .dxmi .regions th, .dxmi .regions td { padding: 2px 6px; }
        .dxmi .regions thead th { font-size: 12px; }
        .dxmi .regions tfoot td { text-align: left; color: var(--soft); border: 0; }
        .dxmi .missing { padding: 24px 0; text-align: center; }
        .dxmi .sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 12px; align-items: start; }
        .dxmi .sheet img { width: 100%; height: auto; display: block; border-radius: 4px; margin: 0; }
        .dxmi .sheet figcaption { overflow-wrap: anywhere; line-height: 1.35; margin-top: 3px; }
        .dxmi .sheet .badge { font-size: 11px; padding: 0 6px; }
        @media print { .dxmi { font-size: 13px; } .dxmi .gallery { grid-template-columns: 1fr 1fr; gap: 8px; } .dxmi article { padding: 8px; }
          .dxmi h2, .dxmi h3 { break-after: avoid; } .dxmi .tiles div, .dxmi figure, .dxmi tr { break-inside: avoid; }
          .dxmi * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }

        """;

    /// <summary>What a whole page needs besides.</summary>
    public const string Page = """
        body.dxmi { margin: 0; padding: 0; }
        .dxmi main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
        .dxmi main.wide-page { max-width: none; }
        @media print { .dxmi main { max-width: none; padding: 0; } }

        """;
}
