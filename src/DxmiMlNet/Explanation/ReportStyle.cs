namespace DxmiMlNet.Explanation;

/// <summary>How the report looks: on a screen light or dark as its owner has set it, on paper light and unbroken within a picture.</summary>
internal static class ReportStyle
{
    public const string Css = """

        :root { color-scheme: light dark;
          --ink: #1b2227; --soft: #56626c; --paper: #ffffff; --panel: #f4f6f8; --line: #d5dce1;
          --good: #1f6fb2; --bad: #c2500a; --pass: #1d6b3a; --review: #7a5600; --reject: #a3261f; }
        @media (prefers-color-scheme: dark) { :root {
          --ink: #e7ebee; --soft: #a3afb8; --paper: #13171a; --panel: #1d2327; --line: #39434a;
          --good: #6db3f2; --bad: #ff9a57; --pass: #77cf97; --review: #e3b341; --reject: #ff8a80; } }
        @media print { :root { color-scheme: light;
          --ink: #000000; --soft: #444444; --paper: #ffffff; --panel: #ffffff; --line: #bbbbbb;
          --good: #1f6fb2; --bad: #c2500a; --pass: #1d6b3a; --review: #7a5600; --reject: #a3261f; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
        h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 20px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
        h3 { font-size: 17px; margin: 28px 0 2px; }
        h4 { font-size: 14px; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
        p { margin: 0 0 10px; }
        .soft, .count { color: var(--soft); font-weight: 400; }
        .count { font-size: 14px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 0; }
        .tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
        .tiles dt { color: var(--soft); font-size: 14px; }
        .tiles dd { margin: 0; font-size: 25px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .tiles dd.note { font-size: 13px; font-weight: 400; color: var(--soft); }
        .charts { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 28px; }
        figure { margin: 0; }
        .charts figure:first-child { flex: 600 1 420px; }
        .charts figure { flex: 320 1 260px; }
        .charts svg { width: 100%; height: auto; display: block; }
        figcaption { color: var(--soft); font-size: 13px; }
        svg text { fill: var(--ink); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
        svg .tick { fill: var(--soft); }
        svg .strong { font-weight: 600; }
        svg .big { font-weight: 650; font-size: 20px; }
        svg .good { fill: var(--good); }
        svg .bad { fill: var(--bad); }
        svg .good-text { fill: var(--good); font-weight: 600; font-size: 13px; }
        svg .bad-text { fill: var(--bad); font-weight: 600; font-size: 13px; }
        svg .grid { stroke: var(--line); stroke-width: 1; }
        svg .axis { stroke: var(--soft); stroke-width: 1; }
        svg .threshold { stroke: var(--ink); stroke-width: 1.5; }
        svg .threshold.review { stroke-dasharray: 5 4; }
        svg .chance { stroke: var(--soft); stroke-dasharray: 2 4; }
        svg .curve { fill: none; stroke: var(--good); stroke-width: 2.5; stroke-linejoin: round; }
        svg .mark { fill: var(--paper); stroke: var(--ink); stroke-width: 2.5; }
        svg .frame { stroke: var(--line); }
        table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
        th:first-child, .text th, .text td { text-align: left; }
        thead th { color: var(--soft); font-weight: 600; font-size: 14px; }
        tbody th { font-weight: 500; overflow-wrap: break-word; }
        .text th, .text td { overflow-wrap: anywhere; }
        .text th:first-child { width: 34%; }
        table + p { margin-top: 8px; }
        .badge { display: inline-block; border: 1.5px solid currentColor; border-radius: 999px; padding: 0 9px; font-size: 13px; font-weight: 600; white-space: nowrap; }
        .badge.pass { color: var(--pass); }
        .badge.review { color: var(--review); border-style: dashed; }
        .badge.reject { color: var(--reject); }
        .legend { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; font-size: 14px; color: var(--soft); }
        .legend svg { width: 300px; height: 34px; flex: none; }
        .legend p { flex: 1 1 320px; margin: 0; }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 16px; align-items: start; }
        article { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; break-inside: avoid; }
        .facts { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; font-size: 14px; margin: 4px 0 10px; }
        .pair { display: flex; gap: 8px; align-items: flex-start; }
        .pair figure { flex: 1 1 0; min-width: 0; }
        .pair img { width: 100%; height: auto; display: block; border-radius: 4px; }
        .overlay { position: relative; }
        .overlay svg { position: absolute; left: 0; top: 0; width: 100%; height: auto; }
        .overlay .number { fill: #ffffff; stroke: #000000; paint-order: stroke; stroke-linejoin: round; font-weight: 700; }
        .regions { font-size: 13px; margin-top: 6px; }
        .regions th, .regions td { padding: 2px 6px; }
        .regions thead th { font-size: 12px; }
        .regions tfoot td { text-align: left; color: var(--soft); border: 0; }
        .missing { padding: 24px 0; text-align: center; }
        @media print { body { font-size: 13px; } main { max-width: none; padding: 0; } .gallery { grid-template-columns: 1fr 1fr; gap: 8px; }
          article { padding: 8px; } h2, h3 { break-after: avoid; } .tiles div, figure, tr { break-inside: avoid; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }

        """;
}
