import { z } from 'zod';
import { stageProperties as httpStage, integrationUri, routeSettings } from '../http-api/definitions.ts';

/** What of a WebSocket API's CloudFormation properties is supported here; any property not listed is refused. */

export const apiProperties = z.strictObject({
  Description: z.string().optional(),
  IpAddressType: z.string().optional(),
  Name: z.string(),
  ProtocolType: z.literal('WEBSOCKET'),
  RouteSelectionExpression: z.string().regex(/^\$request\.body\.\w+$/, 'only $request.body.<name> is supported'),
  Tags: z.unknown().optional(),
});

export const integrationProperties = z.strictObject({
  ApiId: z.string(),
  Description: z.string().optional(),
  IntegrationMethod: z.literal('POST').optional(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: integrationUri,
  TimeoutInMillis: z.int().min(50).max(29_000).default(29_000),
});

export const routeProperties = z.strictObject({
  ApiId: z.string(),
  ApiKeyRequired: z.literal(false).optional(),
  AuthorizationType: z.literal('NONE').optional(),
  OperationName: z.string().optional(),
  RouteKey: z.string(),
  Target: z
    .string()
    .regex(/^integrations\/.+/)
    .transform((target) => target.slice('integrations/'.length)),
});

export const stageProperties = z.strictObject({
  ...httpStage.shape,
  DefaultRouteSettings: routeSettings.extend({ DataTraceEnabled: z.literal(false).optional() }).default({}),
  StageName: z.string().regex(/^\w+$/),
});
