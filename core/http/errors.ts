/**
 * Every error that a caller can see: its stable code, its status and its sentence in both languages. Nothing else
 * leaves the system: an unexpected exception becomes `internal_error`.
 */

const ERRORS = {
  invalid_json: [400, 'El cuerpo no es JSON válido.', 'The body is not valid JSON.'],
  invalid_body: [400, 'El cuerpo no cumple el esquema.', 'The body does not fit its schema.'],
  invalid_parameter: [400, 'Un parámetro no es válido.', 'A parameter is not valid.'],
  invalid_cursor: [400, 'El cursor no es válido.', 'The cursor is not valid.'],
  unauthorized: [401, 'Falta una credencial válida.', 'A valid credential is missing.'],
  forbidden: [403, 'La credencial no permite esta acción.', 'The credential does not allow this action.'],
  address_not_allowed: [
    403,
    'La dirección de origen no está en la lista de direcciones permitidas.',
    'The source address is not on the allowlist.',
  ],
  pid_required: [400, 'PID requerido', 'PID required'],
  not_found: [404, 'No existe esa ruta.', 'There is no such route.'],
  webhook_not_found: [404, 'Webhook desconocido o desactivado.', 'Unknown or disabled webhook.'],
  user_not_found: [404, 'No existe ese usuario.', 'There is no such user.'],
  signal_not_found: [404, 'No existe esa señal.', 'There is no such signal.'],
  screenshot_not_found: [404, 'La señal aún no tiene imagen.', 'The signal has no image yet.'],
  export_not_found: [404, 'No existe esa exportación.', 'There is no such export.'],
  api_key_not_found: [404, 'No existe esa clave.', 'There is no such key.'],
  collector_not_found: [
    404,
    'Collector no encontrado o ya detenido',
    'The collector was not found or has been stopped already',
  ],
  unknown_collector: [404, 'No existe ese collector.', 'There is no such collector.'],
  book_not_found: [
    404,
    'Ningún collector ha guardado ese libro de órdenes.',
    'No collector has stored that order book.',
  ],
  metrics_not_found: [404, 'No hay métricas de ese proceso.', 'There are no metrics of that process.'],
  job_not_found: [404, 'No existe ese trabajo.', 'There is no such job.'],
  schedule_not_found: [404, 'No existe esa programación.', 'There is no such schedule.'],
  symbol_not_followed: [404, 'Ese símbolo no está en la lista.', 'That symbol is not on the list.'],
  method_not_allowed: [405, 'La ruta no admite ese método.', 'The route does not take that method.'],
  user_exists: [409, 'Ya existe un usuario con ese id.', 'A user of that id exists already.'],
  user_being_deleted: [
    409,
    'Se están borrando los datos de un usuario con ese id.',
    'The data of a user of that id is being deleted.',
  ],
  collector_already_running: [409, 'El collector ya está en marcha.', 'The collector is running already.'],
  job_not_running: [409, 'El trabajo ya ha terminado.', 'The job has ended already.'],
  job_active: [409, 'El trabajo aún no ha terminado.', 'The job has not ended yet.'],
  idempotency_key_in_use: [
    409,
    'La primera petición con esa Idempotency-Key aún no ha terminado.',
    'The first request with that Idempotency-Key has not ended yet.',
  ],
  secret_shown_once: [
    409,
    'Esa petición ya se atendió, y su secreto solo se muestra una vez.',
    'That request was answered before, and its secret is shown only once.',
  ],
  payload_too_large: [413, 'El cuerpo es demasiado grande.', 'The body is too large.'],
  unsupported_media_type: [415, 'El cuerpo debe ser application/json.', 'The body must be application/json.'],
  empty_alert: [422, 'La alerta está vacía.', 'The alert is empty.'],
  idempotency_key_reused: [
    422,
    'Esa Idempotency-Key ya se usó con otra petición.',
    'That Idempotency-Key was used with another request before.',
  ],
  unknown_symbol: [422, 'El exchange no conoce ese símbolo.', 'The exchange does not know that symbol.'],
  too_many_symbols: [422, 'Son demasiados símbolos.', 'These are too many symbols.'],
  command_not_allowed: [422, 'Ese ejecutable no está permitido.', 'That executable is not allowed.'],
  command_denied: [422, 'Ese comando está prohibido.', 'That command is denied.'],
  command_not_found: [422, 'La imagen no tiene ese ejecutable.', 'The image does not hold that executable.'],
  command_too_long: [422, 'El comando es demasiado largo.', 'The command is too long.'],
  env_too_long: [422, 'Las variables son demasiado largas.', 'The variables are too long.'],
  reserved_variable: [422, 'Esa variable está reservada.', 'That variable is reserved.'],
  invalid_size: [
    422,
    'Fargate no tiene ese tamaño: use uno de los pares de cpu y memoria que se nombran.',
    'Fargate has no such size: take one of the pairs of CPU and memory that are named.',
  ],
  collectors_disabled: [422, 'Este despliegue no tiene collectors.', 'This deployment has no collectors.'],
  schedule_refused: [
    422,
    'No se puede programar esa expresión en esa zona horaria.',
    'That expression can not be scheduled in that time zone.',
  ],
  schedule_never_runs: [
    422,
    'La programación no tiene ninguna ejecución por venir.',
    'The schedule has no time to come.',
  ],
  analysis_too_large: [
    422,
    'Son demasiadas señales para un análisis: acote con from y to.',
    'These are too many signals for one analysis: narrow it with from and to.',
  ],
  no_notification_channels: [
    422,
    'No hay ningún canal de notificaciones configurado.',
    'No notification channel is set.',
  ],
  quota_exceeded: [429, 'Cuota mensual de alertas agotada.', "The month's quota of alerts is used up."],
  rate_exceeded: [429, 'Demasiadas alertas seguidas.', 'Too many alerts in a short time.'],
  too_many_exports: [429, 'Hay demasiadas exportaciones en curso.', 'Too many exports are in progress.'],
  too_many_collectors: [429, 'Hay demasiados collectors en marcha.', 'Too many collectors are running.'],
  too_many_jobs: [429, 'Hay demasiados trabajos en marcha.', 'Too many jobs are running.'],
  internal_error: [500, 'Error interno.', 'Internal error.'],
  unavailable: [503, 'Servicio no disponible por ahora.', 'The service is not available right now.'],
} as const satisfies Record<string, readonly [status: number, es: string, en: string]>;

export type ErrorCode = keyof typeof ERRORS;
export type Language = 'es' | 'en';

/** What goes into the answer beside the sentence; a function where it has sentences of its own. */
type Context = Record<string, unknown> | ((language: Language) => Record<string, unknown>);

/** An error meant for the caller. Its `cause` is for the log alone. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly #context: Context;

  constructor(
    code: ErrorCode,
    context: Context = {},
    headers: Record<string, string> = {},
    options: { cause?: unknown } = {},
  ) {
    super(code, options);
    this.name = 'ApiError';
    this.code = code;
    this.status = ERRORS[code][0];
    this.headers = headers;
    this.#context = context;
  }

  sentence(language: Language): string {
    return ERRORS[this.code][language === 'es' ? 1 : 2];
  }

  context(language: Language): Record<string, unknown> {
    return typeof this.#context === 'function' ? this.#context(language) : this.#context;
  }
}

/** Spanish unless `Accept-Language` gives English a higher weight (RFC 9110, 12.5.4). */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const weights = { es: 0, en: 0 };
  for (const entry of (acceptLanguage ?? '').toLowerCase().split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const language = range.split('-')[0];
    if (language !== 'es' && language !== 'en') continue;
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (weight > weights[language]) weights[language] = weight;
  }
  return weights.en > weights.es ? 'en' : 'es';
}
