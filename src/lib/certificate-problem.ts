/** Node's and OpenSSL's names for a certificate that is not what it has to be. */
const names =
  /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_)|_CERT/;

/** Whether the code of a failed connection says that a certificate is not trusted, or is of another name or time. */
export function isCertificateProblem(code: string): boolean {
  return names.test(code);
}
