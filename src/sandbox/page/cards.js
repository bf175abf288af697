/**
 * Drawing Adaptive Cards with Microsoft's own renderer. Colours are the page's custom properties, so that a change of
 * theme needs no new drawing, and half-typed words survive it.
 */

import { markdown } from './markdown.js';
import { openMenu } from './menu.js';

const colour = (name) => ({ default: `var(--card-${name})`, subtle: `var(--card-${name}-subtle)` });
const style = (background) => ({
  backgroundColor: `var(--card-bg-${background})`,
  borderColor: 'var(--line)',
  foregroundColors: Object.fromEntries(
    ['default', 'accent', 'good', 'warning', 'attention', 'light', 'dark'].map((name) => [name, colour(name)]),
  ),
});

const HOST = {
  fontFamily: 'var(--font)',
  spacing: { small: 4, default: 10, medium: 14, large: 20, extraLarge: 28, padding: 16 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 22 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  imageSizes: { small: 40, medium: 80, large: 160 },
  supportsInteractivity: true,
  containerStyles: {
    default: style('default'),
    emphasis: style('emphasis'),
    accent: style('accent'),
    good: style('good'),
    warning: style('warning'),
    attention: style('attention'),
  },
  actions: {
    maxActions: 6,
    spacing: 'large',
    buttonSpacing: 0,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
  },
  adaptiveCard: { allowCustomStyle: false },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: { weight: 'bolder', suffix: ' (needed)', suffixColor: 'default' },
      optionalInputs: { weight: 'bolder' },
    },
    errorMessage: { color: 'attention', weight: 'bolder', size: 'small', spacing: 'small' },
  },
  factSet: { title: { weight: 'bolder', wrap: true, maxWidth: 200 }, value: { wrap: true }, spacing: 16 },
  textBlock: { headingLevel: 3 },
};

let host;

function prepare() {
  const { AdaptiveCard, GlobalSettings, HostConfig, Strings } = window.AdaptiveCards;
  host = new HostConfig(HOST);
  GlobalSettings.setTabIndexAtCardRoot = false;
  GlobalSettings.useAdvancedCardBottomTruncation = false;
  Strings.defaults.overflowButtonText = () => 'More';
  Strings.defaults.overflowButtonTooltip = () => 'More actions';
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text);
    result.didProcess = true;
  };
}

/** The renderer's own objects, by the element that was drawn: what can be filled in, and how. */
const drawn = new WeakMap();
export const inputsOf = (element) => drawn.get(element)?.getAllInputs() ?? [];

/**
 * @param {object} content the card's JSON
 * @param {(action: object) => void} press called with the renderer's action, typed values merged into its data
 * @returns {HTMLElement}
 */
export function drawCard(content, press) {
  if (!host) prepare();
  const holder = document.createElement('div');
  holder.className = 'card';
  holder.tabIndex = -1;
  try {
    const card = new window.AdaptiveCards.AdaptiveCard();
    card.hostConfig = host;
    card.onExecuteAction = press;
    card.onDisplayOverflowActionMenu = (actions, target) => openMenu(actions, target);
    card.parse(content);
    holder.append(card.render());
    drawn.set(holder, card);
    tidy(holder);
  } catch (fault) {
    holder.textContent = 'This card could not be drawn.';
    console.error(fault);
  }
  return holder;
}

/** What the renderer leaves out for those who cannot see or cannot use a mouse. */
function tidy(holder) {
  for (const group of holder.querySelectorAll('[role="menubar"]')) group.removeAttribute('role');
  for (const item of holder.querySelectorAll('button[role="menuitem"]')) item.removeAttribute('role');
  // A question belongs to all of its choices; the renderer reads it out as part of the first one's name.
  for (const choices of holder.querySelectorAll('.ac-choiceSetInput-expanded, .ac-choiceSetInput-multiSelect')) {
    const question = holder.querySelector(`label[for="${CSS.escape(choices.id)}"]`);
    if (!question) continue;
    choices.setAttribute('role', choices.querySelector('input[type="radio"]') ? 'radiogroup' : 'group');
    choices.setAttribute('aria-labelledby', question.id);
    for (const box of choices.querySelectorAll('input')) {
      const own = holder.querySelector(`label[for="${CSS.escape(box.id)}"]`);
      if (own) box.setAttribute('aria-labelledby', own.id);
    }
  }
}
