/**
 * SHA-1 (FIPS 180-4) of what stands at the beginning of a buffer, which is padded behind it and so must be `paddedLength`
 * long at least. Ids are hashed for each event: for texts this short a hash object of the platform takes longer to make
 * than the hash. It names things and protects nothing.
 */
export function sha1(bytes: Uint8Array, length: number): Int32Array {
  const end = paddedLength(length);
  pad(bytes, length, end);
  state.set(START);
  for (let at = 0; at < end; at += BLOCK) mix(bytes, at);
  return state;
}

const BLOCK = 64;
/** The bit that ends the message, and its length in 64 bits. */
const ENDING = 9;
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

/** Overwritten by the next call. */
const state = new Int32Array(5);
const words = new Int32Array(80);

export function paddedLength(length: number): number {
  return Math.ceil((length + ENDING) / BLOCK) * BLOCK;
}

function pad(bytes: Uint8Array, length: number, end: number): void {
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  const bits = length * 8;
  for (let byte = 0; byte < 4; byte++) bytes[end - 1 - byte] = bits >>> (byte * 8);
}

function mix(bytes: Uint8Array, at: number): void {
  for (let word = 0, byte = at; word < 16; word++, byte += 4)
    words[word] = (bytes[byte]! << 24) | (bytes[byte + 1]! << 16) | (bytes[byte + 2]! << 8) | bytes[byte + 3]!;
  for (let word = 16; word < 80; word++) {
    const mixed = words[word - 3]! ^ words[word - 8]! ^ words[word - 14]! ^ words[word - 16]!;
    words[word] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let round = 0; round < 80; round++) {
    let chosen: number;
    if (round < 20) chosen = ((b & c) | (~b & d)) + 0x5a827999;
    else if (round < 40) chosen = (b ^ c ^ d) + 0x6ed9eba1;
    else if (round < 60) chosen = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else chosen = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + chosen + e + words[round]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
}
