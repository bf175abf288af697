/** Files from the disk of whoever sits at the page. */

/** @returns {Promise<{name: string, contentType: string, size: number, base64: string}>} */
export async function readFile(file) {
  const base64 = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(new Error(`"${file.name}" could not be read.`));
    reader.readAsDataURL(file);
  });
  return { name: file.name, contentType: file.type || 'application/octet-stream', size: file.size, base64 };
}

/** @param {number} most megabytes of each, so that it goes in one request */
export async function readFiles(files, most) {
  const large = files.find(({ size }) => size > most * 1024 * 1024);
  if (large) throw new Error(`"${large.name}" is over ${most} MB. Choose a smaller file.`);
  return Promise.all(files.map(readFile));
}

const UNITS = ['bytes', 'KB', 'MB'];

/** @example sizeOf(2_500_000) // '2.4 MB' */
export function sizeOf(bytes) {
  const unit = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
  const size = bytes / 1024 ** unit;
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
