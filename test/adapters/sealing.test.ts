import { newKey, seal, unseal, WillNotOpen } from '../../src/adapters/sealing.ts';

describe('Sealing', () => {
  const key = newKey();
  const place = ['event', 'A', 2];

  test('what was sealed opens with its key, at its place', () => {
    expect(unseal(key, seal(key, 'Zoë 🧸', place), place).toString('utf8')).toBe('Zoë 🧸');
    expect(unseal(key, seal(key, new Uint8Array([0, 255]), place), place).toString('hex')).toBe('00ff');
    expect(unseal(key, seal(key, '', place), place)).toHaveLength(0);
  });

  test('the same words sealed twice look different', () => {
    expect(seal(key, 'same', place).toString()).not.toBe(seal(key, 'same', place).toString());
  });

  test.each([
    ['another number', ['event', 'A', 3]],
    ['another case', ['event', 'B', 2]],
    ['another kind of thing', ['draft', 'A', 2]],
    ['a place that only reads the same', ['event', 'A/2']],
  ])('it does not open at %s', (_, elsewhere) => {
    expect(() => unseal(key, seal(key, 'x', place), elsewhere)).toThrow(WillNotOpen);
  });

  test('it does not open with another key, nor when any byte was changed or is missing', () => {
    const sealed = seal(key, 'Perpetua', place);
    expect(() => unseal(newKey(), sealed, place)).toThrow(WillNotOpen);
    for (const [index, byte] of sealed.entries()) {
      const changed = Buffer.from(sealed);
      changed[index] = byte ^ 1;
      expect(() => unseal(key, changed, place)).toThrow(WillNotOpen);
      expect(() => unseal(key, sealed.subarray(0, index), place)).toThrow(WillNotOpen);
    }
  });
});
