// What is bundled into editor.js: an editor for Python, with what the drill page uses and no more.
// README.md says how.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/** An editor inside `parent`. Colors are those of the page: its tokens carry classes, tok-keyword and so on. */
globalThis.OpteduEditor = function (parent, { attributes, changed, run }) {
  const extensions = [
    lineNumbers(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(),
    EditorState.tabSize.of(4), indentUnit.of("    "), indentOnInput(), bracketMatching(),
    python(), syntaxHighlighting(classHighlighter), EditorView.lineWrapping,
    EditorView.contentAttributes.of(attributes),
    EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
    keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
  ];
  const view = new EditorView({ parent });
  return {
    get text() { return view.state.doc.toString(); },
    /** Another text, whose history begins anew. */
    open(text) { view.setState(EditorState.create({ doc: text, extensions })); },
    focus() { view.focus(); },
    view,
  };
};
