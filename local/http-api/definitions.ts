import { z } from 'zod';
import { corsConfiguration } from './cors.ts';

/**
 * What of an HTTP API's CloudFormation properties is supported here. An authorizer, another
 * integration than a function, or any property not listed is refused.
 */
export const apiProperties = z.strictObject({
  CorsConfiguration: corsConfiguration.optional(),
  Description: z.string().optional(),
  // A deployment closes it where a custom domain stands before it; here the listener is that domain.
  DisableExecuteApiEndpoint: z.boolean().optional(),
  IpAddressType: z.string().optional(),
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  RouteSelectionExpression: z.literal('$request.method $request.path').optional(),
  Tags: z.unknown().optional(),
});

/** The function's ARN, alone or inside API Gateway's own form of it. */
export const integrationUri = z
  .string()
  .regex(/^arn:aws:(lambda|apigateway):/, 'not a function')
  .transform((uri) => /arn:aws:lambda:[^/]*/.exec(uri)?.[0] ?? uri);

export const integrationProperties = z.strictObject({
  ApiId: z.string(),
  ConnectionType: z.literal('INTERNET').optional(),
  Description: z.string().optional(),
  IntegrationMethod: z.literal('POST').optional(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: integrationUri,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.int().min(50).max(30_000).default(30_000),
});

export const routeProperties = z.strictObject({
  ApiId: z.string(),
  AuthorizationType: z.literal('NONE').optional(),
  OperationName: z.string().optional(),
  RouteKey: z.string(),
  Target: z
    .string()
    .regex(/^integrations\/.+/)
    .transform((target) => target.slice('integrations/'.length)),
});

export const routeSettings = z.strictObject({
  DetailedMetricsEnabled: z.boolean().optional(),
  ThrottlingBurstLimit: z.int().min(0).optional(),
  ThrottlingRateLimit: z.number().min(0).optional(),
});
export type RouteSettings = z.output<typeof routeSettings>;

export const stageProperties = z.strictObject({
  AccessLogSettings: z
    .strictObject({
      DestinationArn: z
        .string()
        .regex(/^arn:aws:logs:.*:log-group:/)
        .transform((arn) => arn.replace(/^.*:log-group:/, '').replace(/:\*$/, '')),
      Format: z.string(),
    })
    .optional(),
  ApiId: z.string(),
  AutoDeploy: z.literal(true, 'a stage that does not deploy itself is not supported by the local run'),
  DefaultRouteSettings: routeSettings.default({}),
  Description: z.string().optional(),
  RouteSettings: z.record(z.string(), routeSettings).default({}),
  StageName: z.literal('$default', 'only the stage $default is supported by the local run'),
  Tags: z.unknown().optional(),
});
