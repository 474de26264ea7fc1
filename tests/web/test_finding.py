"""What a widget says of itself: after a pause, and once, however often it changes."""

from __future__ import annotations

from llm_lib.book.widgets import CostCalculator


def test_a_finding_waits_for_a_pause_and_comes_once(show_widget):
    # fails if a screen reader is interrupted at each key, or reads out what is no longer so
    page = show_widget(CostCalculator())
    page.evaluate("hurried.clear()")
    said = page.evaluate(
        """async () => {
          const said = [], frame = () => new Promise(requestAnimationFrame);
          const box = document.querySelector('.llm-finding');
          new MutationObserver(() => said.push([box.textContent, performance.now() - last]))
            .observe(box, {childList: true, characterData: true, subtree: true});
          let last;
          for (const tokens of [1e9, 2e9, 3e9]) {
            model.set('tokens', tokens);
            await frame();
            last = performance.now(); // it has drawn in this frame, or will at once
            await frame();
          }
          await settled(20_000);
          return said;
        }"""
    )
    assert len(said) == 1
    assert said[0][0] == page.inner_text(".llm-finding")
    assert said[0][1] > 250
