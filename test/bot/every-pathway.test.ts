/** Every step of every pathway of every council, drawn for each role, open and done: sound cards, short buttons, no names in channels. */
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { askFrame } from '../../bot/cards/ask.ts';
import { askingOf } from '../../bot/cards/asking.ts';
import { createInk } from '../../bot/cards/buttons.ts';
import { pageKeys } from '../../bot/cards/drafting.ts';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { fieldsLookedUp } from '../../bot/cards/fields.ts';
import { pageFrame } from '../../bot/cards/pages.ts';
import { possibleFrame } from '../../bot/cards/possible.ts';
import { render } from '../../bot/cards/render.ts';
import { createSigner } from '../../bot/cards/signed.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import type { AdaptiveCard, Draft } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { partsOf } from '../../src/domain/case/steps.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { forced, NOW, PLANTED, person, sheetOf } from './any-sheet.ts';
import { buttonsOf, faultsOf, wordsOf } from './check-card.ts';

const protocols = loadProtocols([PROTOCOLS_FOLDER, resolve(import.meta.dirname, 'every-kind')]);
const ink = createInk(createSigner('k'));
const drawing = createDrawing({ signingKey: 'k' });

function check(card: AdaptiveCard, where: string): void {
  const faults = faultsOf(card);
  if (faults.length > 0) throw new Error(`${where}: ${faults.join('; ')}\n${wordsOf(card)}`);
}

/** Outcomes and moments that somebody presses. */
function partsPressed(step: Protocol['steps'][string]): readonly (string | undefined)[] {
  const programs = ['', 'sent', 'booking', 'booked', 'moved', 'cancelled', 'no-time'];
  const parts = partsOf(step).filter((part) => !programs.includes(part));
  return step.kind === 'record' || step.kind === 'send' || step.kind === 'assign' ? [undefined, ...parts] : parts;
}

describe.each(protocols.all().map((protocol) => [protocol.id, protocol] as const))('%s', (_, protocol) => {
  const sheet = sheetOf(protocols, protocol);
  const everybody = Object.keys(protocol.council.roles);
  const viewers = [...everybody.map((role) => [role]), everybody].map((roles) => ({
    person: 'somebody',
    name: 'Sam Green',
    roles,
  }));

  test('each step has a card for those who do it, which ends with Immediate risk', () => {
    for (const step of Object.values(protocol.steps)) {
      const open = forced(sheet, step.id, 'open');
      let drawn = 0;
      for (const viewer of viewers) {
        const found = drawing.step(open, step.id, { viewer });
        if (!found) continue;
        drawn += 1;
        check(found.card, `${step.id} for ${viewer.roles.join()}`);
        expect(buttonsOf(found.card).at(-1)?.title).toBe('Immediate risk');
        expect(found.bell.length).toBeLessThanOrEqual(90);
      }
      const nobody = step.kind === 'send' && step.automatic;
      if (!nobody && drawn === 0) throw new Error(`Nobody has a card for ${step.id}.`);
    }
  });

  test('each way of answering has its page, and each end a card', () => {
    const [everyone] = viewers.slice(-1);
    for (const step of Object.values(protocol.steps)) {
      const open = forced(sheet, step.id, 'open');
      for (const part of partsPressed(step)) {
        const asking = askingOf(open, step, part, everybody);
        const roles = asking.sections.flatMap(({ fields }) => fields.flatMap(({ role }) => role ?? []));
        for (const people of [{}, Object.fromEntries(roles.map((role) => [role, [{ person }]]))]) {
          for (const reason of [undefined, 'late', 'gate', 'stand-in'] as const) {
            const page = askFrame({ sheet: open, ink, asking, typed: {}, faults: { x: 'y' }, people, reason });
            check(render('page', page), `${step.id}.${part}`);
          }
        }
        expect(typeof fieldsLookedUp(asking.main.fields)).toBe('boolean');
        const done = drawing.step(forced(sheet, step.id, 'done', part), step.id, {
          viewer: everyone ?? { person: 'somebody', name: '', roles: [] },
        });
        if (done) check(done.card, `${step.id}.${part} done`);
        const told = drawing.step(forced(sheet, step.id, 'done', part), step.id, {
          viewer: { person: 'reader', name: 'Reader', roles: [] },
        });
        if (told) check(told.card, `${step.id}.${part} told`);
      }
    }
  });

  test('no channel and no bell has a name in it, and every card for a channel is sound', () => {
    const channels = ['x', ...Object.keys(protocol.council.channels)];
    for (const step of [...Object.keys(protocol.steps), 'case'])
      for (const state of ['open', 'done'] as const)
        for (const channel of channels) {
          const at = step === 'case' ? sheet : forced(sheet, step, state);
          const drawn = drawing.step(at, step, { channel });
          if (!drawn) continue;
          check(drawn.card, `${step} in ${channel}`);
          expect(`${JSON.stringify(drawn.card)} ${drawn.bell}`).not.toContain(PLANTED);
        }
  });

  test('the whole case, and all that is possible on it, are cards', () => {
    const all = Object.keys(protocol.steps).reduce((at, step) => forced(at, step, 'open'), sheet);
    for (const viewer of viewers) {
      for (const at of [
        sheet,
        all,
        { ...all, status: { ...all.status, paused: { until: '2027-01-11', by: 'x', at: NOW } } },
      ]) {
        const drawn = drawing.step(at as CaseSheet, 'case', { viewer });
        if (drawn) check(drawn.card, 'case');
      }
      check(render('page', possibleFrame({ sheet: all, viewer, ink })), 'possible');
    }
  });

  test('its last page leads back to each page by its name in words, whole, on a button of its own', () => {
    const keys = pageKeys(protocol, 2);
    const pages = Object.fromEntries(keys.map((key) => [key, {}]));
    const draft: Draft = { id: 'd', owner: 'x', pathway: protocol.id, updatedAt: NOW, pages, children: 2, page: '' };
    const drafting = { protocol, draft, now: NOW, ink, limit: undefined, faults: {} };
    const check = protocol.opening.pages.at(-1)?.id ?? '';
    const drawn = buttonsOf(render('page', pageFrame(drafting, check) ?? {}));
    const changes = drawn.map(({ title }) => String(title)).filter((title) => title.startsWith('Change '));
    expect(changes).toHaveLength(keys.length - 1);
    expect(new Set(changes).size).toBe(changes.length);
    for (const { title } of drawn) expect(title).not.toMatch(/…$/);
    const titles = protocol.opening.pages.map((page) =>
      (page.short ?? page.title).replace('{number}', '').toLowerCase(),
    );
    for (const change of changes) {
      expect(change.length).toBeLessThanOrEqual(24);
      const named = change.slice('Change '.length).replace(/\d+$/, '').toLowerCase();
      // Whole: nothing of it was left out to make it fit.
      expect(titles.map((title) => title.replace(/\?$/, ''))).toContain(named);
    }
  });

  test('each page of its opening is a card, empty, filled in and wrong', () => {
    const fields = protocol.opening.pages.flatMap((page) => Object.values(page.fields));
    const filled = Object.fromEntries(fields.map(({ id, options }) => [id, options[0]?.id ?? 'Some words.']));
    for (const pages of [{}, Object.fromEntries(pageKeys(protocol, 2).map((key) => [key, filled]))]) {
      const draft: Draft = { id: 'd', owner: 'x', pathway: protocol.id, updatedAt: NOW, pages, children: 2, page: '' };
      for (const key of pageKeys(protocol, 2)) {
        const [id, child] = key.split('.');
        const prefix = child ? `${id}.c${child}` : id;
        const faults = Object.fromEntries(fields.map((field) => [`${prefix}.${field.id}`, field.error]));
        for (const wrong of [{}, faults]) {
          const drafting = { protocol, draft, now: NOW, ink, limit: undefined, faults: wrong, pressed: true };
          const page = pageFrame(drafting, key);
          if (!page) throw new Error(`No page for ${key}.`);
          check(render('page', page), key);
        }
      }
    }
  });
});
